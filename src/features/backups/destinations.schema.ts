import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const nullable = <T extends Parameters<typeof t.Union>[0][number]>(schema: T) => t.Union([schema, t.Null()]);
const time = nullable(t.String({ description: 'UTC, whole seconds' }));

export const destinationView = t.Object({
  address: t.String({ description: 'Where the jobs write, in one line; holds no secret' }),
  type: t.String(),
  kind: nullable(t.String({ description: 'Filesystem: ext4, exfat …; null while it is away, and in the network' })),
  path: nullable(
    t.String({ description: 'Its folder: where it is now, or where it is expected; null in the network' }),
  ),
  total_bytes: nullable(integer()),
  free_bytes: nullable(integer()),
  present: nullable(
    t.Boolean({ description: 'It is there and the one the jobs know; null where that is not looked at (network)' }),
  ),
  writable: nullable(t.Boolean()),
  filesystem_uuid: nullable(t.String()),
  destination_id: nullable(t.String({ description: 'From the marker at the destination; null before the first run' })),
  last_seen: time,
  last_run_at: time,
  last_completed_at: time,
  jobs: t.Array(t.Object({ id: integer(), name: t.String() })),
});
export type DestinationView = Static<typeof destinationView>;
