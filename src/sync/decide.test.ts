import { describe, expect, test } from 'bun:test';
import type { Entry } from '../storage/driver.ts';
import { type DecideInput, type Decision, decide } from './decide.ts';
import type { JournalRow } from './journal.ts';

const source = { size: 3, mtimeNs: 1_500_000_000n, ctimeNs: 7n, ino: 8n };
const md5 = { kind: 'md5', hex: 'aa' } as const;
const there: Entry = { path: 'a', kind: 'file', size: 3, mtimeNs: 1_500_000_000n, hash: null, tag: 't1', id: null };
const row: JournalRow = {
  ...source,
  sha256: 'ff',
  remote: { size: 3, hash: null, tag: 't1', id: null, mtimeNs: 1_500_000_000n },
};
const bare = { size: 3, hash: null, tag: null, id: null, mtimeNs: null };
const quick = { kind: 'quickxor', hex: 'bb' } as const;

const upload = (why: 'new' | 'changed' | 'drifted'): Decision => ({ do: 'upload', why });
type Case = [what: string, over: Partial<DecideInput>, expected: Partial<Decision>];

describe('a file', () => {
  test.each<Case>([
    ['nobody has seen before is sent', { row: null, there: null }, upload('new')],
    ['as it was is left alone', {}, { do: 'unchanged' }],
    ['gone at the destination is sent again', { there: null }, upload('drifted')],
    ['with another tag there is sent again', { there: { ...there, tag: 't2' } }, upload('drifted')],
    ['with another size there is sent again', { there: { ...there, size: 4 } }, upload('drifted')],
    [
      'with another tag and a hash there is read first: it may be ours',
      { there: { ...there, tag: 't2', hash: md5 } },
      { do: 'compare', kind: 'md5', hex: 'aa', same: 'unchanged', why: 'drifted' },
    ],
    ['that grew is sent', { source: { ...source, size: 4 } }, upload('changed')],
    [
      'with another time is read first',
      { source: { ...source, mtimeNs: 9n } },
      { do: 'compare', kind: 'sha256', hex: 'ff', same: 'attributes', why: 'changed' },
    ],
    [
      'with another time and nothing to compare with is sent',
      { source: { ...source, mtimeNs: 9n }, row: { ...row, sha256: null } },
      upload('changed'),
    ],
    ['whose time of change alone moved is left alone', { source: { ...source, ctimeNs: 9n } }, { do: 'unchanged' }],
    [
      'whose time of change alone moved is read first where times are not believed',
      { source: { ...source, ctimeNs: 9n }, checksum: true },
      { do: 'compare', kind: 'sha256', hex: 'ff', same: 'unchanged', why: 'changed' },
    ],
    ['as it was is not read even then', { checksum: true }, { do: 'unchanged' }],
    ['found there with the same size and time is taken as it is', { row: null }, { do: 'adopt' }],
    [
      'found there with a time within the precision is taken as it is',
      {
        row: null,
        there: { ...there, mtimeNs: 1_000_000_000n },
        capabilities: { mtimePrecisionNs: 1_000_000_000n, maxFileBytes: null },
      },
      { do: 'adopt' },
    ],
    [
      'found there a whole step of the precision away is sent',
      {
        row: null,
        there: { ...there, mtimeNs: 500_000_000n },
        capabilities: { mtimePrecisionNs: 1_000_000_000n, maxFileBytes: null },
      },
      upload('changed'),
    ],
    ['found there with the size alone is sent', { row: null, there: { ...there, mtimeNs: null } }, upload('changed')],
    [
      'found there with a time nobody keeps is sent',
      { row: null, capabilities: { mtimePrecisionNs: null, maxFileBytes: null } },
      upload('changed'),
    ],
    [
      'found there with another time and a hash is read first',
      { row: null, there: { ...there, mtimeNs: 1n, hash: md5 } },
      { do: 'compare', kind: 'md5', hex: 'aa', same: 'unchanged' },
    ],
    [
      'found there with a hash nobody here can work out is sent',
      { row: null, there: { ...there, mtimeNs: null, hash: quick } },
      upload('changed'),
    ],
    [
      'found there is not believed by its time where times are not believed',
      { row: null, checksum: true },
      upload('changed'),
    ],
    [
      'that is empty on both sides is the same',
      { row: null, source: { ...source, size: 0 }, there: { ...there, size: 0, mtimeNs: null } },
      { do: 'adopt' },
    ],
    ['whose name something else has is left alone', { there: { ...there, kind: 'other' } }, { do: 'problem' }],
    ['that is too large is named', { capabilities: { mtimePrecisionNs: 1n, maxFileBytes: 2 } }, { do: 'problem' }],
    [
      'known by its hash alone is known',
      { row: { ...row, remote: { ...bare, hash: md5 } }, there: { ...there, tag: null, mtimeNs: null, hash: md5 } },
      { do: 'unchanged' },
    ],
    [
      'known by its time alone has drifted with another',
      { row: { ...row, remote: { ...bare, mtimeNs: 1n } }, there: { ...there, tag: null } },
      upload('drifted'),
    ],
  ])('%s', (_, over, expected) => {
    const capabilities = { mtimePrecisionNs: 1n, maxFileBytes: null };
    expect(decide({ source, row, there, checksum: false, capabilities, ...over })).toMatchObject(expected);
  });
});
