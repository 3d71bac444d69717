import type { AttentionSource } from '../../core/attention.ts';
import type { ClockState } from '../../system/clock/trust.ts';

const words = {
  waiting:
    'The clock of this box is not known to be right yet. Schedules wait for it, at most ten minutes after the start. Connect it to the network, or set the clock.',
  doubtful:
    'The clock of this box is not known to be right, so schedules may run at wrong times. Connect it to the network, or set the clock.',
};

/** Says so while the time of this box cannot be believed: schedules depend on it. */
export const clockAttention =
  (look: () => ClockState): AttentionSource =>
  () => {
    const state = look();
    return state === 'good'
      ? []
      : [{ id: 'clock', level: 'warning', topic: 'clock', message: words[state], since: null }];
  };
