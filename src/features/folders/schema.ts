import { type Static, t } from 'elysia';
import { integer } from '../../http/fields.ts';

const path = t.String({ minLength: 1, maxLength: 4096 });
const time = t.String({ description: 'UTC, whole seconds: 2026-01-05T02:00:00Z' });

export const browseQuery = t.Object({
  path: t.Optional(
    t.String({ maxLength: 4096, description: 'Absolute; left out: the first allowed path that exists' }),
  ),
});

const entry = t.Object({
  name: t.String({
    description: 'Bytes that are not UTF-8 are shown as \\xHH; such an entry cannot be opened by path',
  }),
  path: t.String(),
  is_dir: t.Boolean({ description: 'A real folder; a link to one is not' }),
  size: t.Union([integer(), t.Null()], { description: 'Bytes of a file; null for everything else' }),
  modified: t.Union([time, t.Null()]),
  kind: t.Union([t.Literal('folder'), t.Literal('file'), t.Literal('link'), t.Literal('other')]),
});

export const browseBody = t.Object({
  path: t.String(),
  parent: t.Union([t.String(), t.Null()], { description: 'null at an allowed path' }),
  entries: t.Array(entry, { description: 'Folders first, then by name; at most 10,000' }),
  truncated: t.Optional(t.Literal(true, { description: 'There are more entries than are shown' })),
});

export const mkdirInput = t.Object({ path });
export const mkdirBody = t.Object({ message: t.String(), path: t.String() });
export const spaceQuery = t.Object({ path });
export const spaceBody = t.Object({
  path: t.String(),
  filesystem: t.String({ description: 'ext4, exfat …' }),
  total_bytes: integer(),
  free_bytes: integer({ description: 'What may still be written' }),
  writable: t.Boolean(),
  disks: t.Array(t.String(), {
    description: 'Names of what breaks together: folders that share one lie on the same disk. Good for comparing now',
  }),
});
export const allowedBody = t.Object({ paths: t.Array(t.String()) });

export type EntryView = Static<typeof entry>;
export type SpaceView = Static<typeof spaceBody>;
export type BrowseView = Static<typeof browseBody>;
