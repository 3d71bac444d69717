import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { fakeClock } from '../../../test/harness/clock.ts';
import { tempDir } from '../../../test/harness/temp.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { closeDatabase, openDatabase } from '../../db/open.ts';
import type { JournalRow } from '../../sync/journal.ts';
import { createCatalog } from './catalog.store.ts';

const dayMs = 86_400_000;
const row = (over: Partial<JournalRow> = {}): JournalRow => ({
  size: 5,
  mtimeNs: 1_767_578_400_123_456_789n,
  ctimeNs: 1_767_578_400_999_999_999n,
  ino: 0xffff_ffff_ffff_fff1n,
  sha256: 'ab'.repeat(32),
  remote: { size: 5, hash: { kind: 'md5', hex: '0f'.repeat(16) }, tag: '"x"-5', id: 'id-1', mtimeNs: 1n },
  ...over,
});
const bare = row({
  ctimeNs: null,
  ino: null,
  sha256: null,
  remote: { size: 0, hash: null, tag: null, id: null, mtimeNs: null },
});

function open(path = join(tempDir('catalog'), 'catalog.db')) {
  const db = openDatabase(path, 'NORMAL');
  migrateDatabase(db, join(import.meta.dir, '../../../drizzle/catalog'), () => {});
  const clock = fakeClock();
  return { path, db, clock, catalog: createCatalog(db, clock) };
}

describe('what is known of a destination', () => {
  test('comes back exactly, name by name: nanoseconds, large inode numbers, names that are no UTF-8', () => {
    const journal = open().catalog.journal('job', 'place');
    journal.put([
      { path: 'photos/a\xff\n.jpg', row: row() },
      { path: 'photos/b', row: bare },
      { path: 'photos/sub/c', row: row({ size: 7 }) },
      { path: 'top', row: row() },
    ]);
    expect(journal.folder('photos')).toEqual(
      new Map([
        ['a\xff\n.jpg', row()],
        ['b', bare],
      ]),
    );
    expect([...journal.folder('photos/sub').keys()]).toEqual(['c']);
    expect([...journal.folder('').keys()]).toEqual(['top']);
    expect(journal.folder('elsewhere').size).toBe(0);
  });

  test('is replaced and removed by path, and is each job and each place its own', () => {
    const { catalog } = open();
    const [journal, other] = [catalog.journal('job', 'place'), catalog.journal('job', 'other place')];
    journal.put([
      { path: 'p/a', row: row() },
      { path: 'p/b', row: row() },
    ]);
    other.put([{ path: 'p/a', row: row({ size: 1 }) }]);
    journal.put([{ path: 'p/a', row: row({ size: 9 }) }]);
    journal.remove(['p/b', 'p/never', 'nowhere/x']);
    expect([...journal.folder('p')].map(([name, { size }]) => [name, size])).toEqual([['a', 9]]);
    expect(other.folder('p').get('a')?.size).toBe(1);
  });

  test('is there after the program was started again', () => {
    const first = open();
    first.catalog.journal('job', 'place').put([{ path: 'p/a', row: row() }]);
    closeDatabase(first.db);
    expect(open(first.path).catalog.journal('job', 'place').folder('p').get('a')).toEqual(row());
  });

  test('stays whole when one row of many cannot be written', () => {
    const journal = open().catalog.journal('job', 'place');
    const broken = row({ size: null as unknown as number });
    expect(() =>
      journal.put([
        { path: 'new/a', row: row() },
        { path: 'new/b', row: broken },
      ]),
    ).toThrow();
    expect(journal.folder('new').size).toBe(0);
    journal.put([{ path: 'new/a', row: row() }]);
    expect([...journal.folder('new').keys()]).toEqual(['a']);
  });
});

describe('an upload that is not done', () => {
  test('is remembered for the very content it was of, until it is done', () => {
    const { catalog } = open();
    const journal = catalog.journal('job', 'place');
    const slot = journal.slot('p/large', 'size 1');
    expect(slot.load()).toBeNull();
    slot.save({ id: 'u1', parts: [1, 2] });
    expect(catalog.journal('job', 'place').slot('p/large', 'size 1').load()).toEqual({ id: 'u1', parts: [1, 2] });
    expect(journal.slot('p/large', 'size 2').load()).toBeNull();
    slot.clear();
    expect(slot.load()).toBeNull();
  });

  test('is forgotten after a month', () => {
    const { catalog, clock } = open();
    catalog.journal('job', 'place').slot('p/large', 'f').save('state');
    clock.advance(29 * dayMs);
    expect(catalog.journal('job', 'place').slot('p/large', 'f').load()).toBe('state');
    clock.advance(2 * dayMs);
    expect(catalog.journal('job', 'place').slot('p/large', 'f').load()).toBeNull();
  });
});

describe('uploads that are not done', () => {
  test('are told together, of every job and place, until they are done', () => {
    const { catalog } = open();
    const [one, other] = [catalog.journal('job', 'place'), catalog.journal('another job', 'place')];
    one.slot('p/a', 'print').save({ upload: 'A' });
    other.slot('p/b', 'print').save({ upload: 'B' });
    for (const journal of [one, other]) expect(journal.begun()).toEqual([{ upload: 'A' }, { upload: 'B' }]);
    one.slot('p/a', 'print').clear();
    expect(other.begun()).toEqual([{ upload: 'B' }]);
  });
});
