import type { AttentionSource } from '../../core/attention.ts';

/** Says so while the time of this box cannot be believed: schedules depend on it. */
export const clockAttention =
  (trusted: () => boolean): AttentionSource =>
  () =>
    trusted()
      ? []
      : [
          {
            id: 'clock',
            level: 'warning',
            topic: 'clock',
            message:
              'The clock of this box is not known to be right, so schedules may run at wrong times. Connect it to the network, or set the clock.',
            since: null,
          },
        ];
