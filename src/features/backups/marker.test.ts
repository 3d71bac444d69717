import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../test/harness/temp.ts';
import {
  landingConflict,
  type Marker,
  prepareRecords,
  readMarker,
  recordsDir,
  withJob,
  writeMarker,
} from './marker.ts';

const ours: Marker = {
  format: 1,
  destination_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  filesystem_uuid: '1234-5678',
  made_at: '2026-01-05T02:00:00Z',
  appliance: { id: 'box', name: 'raspberry' },
  jobs: [{ uuid: 'j1', name: 'Daily Backup', landings: ['photos', 'alice/docs'] }],
};

/** A destination with these bytes as its marker. */
function holding(content: string | Uint8Array): string {
  const root = tempDir('marker');
  mkdirSync(join(root, recordsDir));
  writeFileSync(join(root, recordsDir, 'marker.json'), content);
  return root;
}

/** A destination a run has made its own. */
function claimed(root = tempDir('marker')): string {
  prepareRecords(root);
  writeMarker(root, ours);
  return root;
}

const reasonOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { reason?: string }).reason ?? error;
  }
};

describe('a marker', () => {
  test('comes back as it was written, and is for ever of this form', () => {
    const root = claimed();
    expect(readMarker(root)).toEqual(ours);
    expect(JSON.parse(readFileSync(join(root, '.dynamight/marker.json'), 'utf8'))).toEqual({
      format: 1,
      destination_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      filesystem_uuid: '1234-5678',
      made_at: '2026-01-05T02:00:00Z',
      appliance: { id: 'box', name: 'raspberry' },
      jobs: [{ uuid: 'j1', name: 'Daily Backup', landings: ['photos', 'alice/docs'] }],
    });
  });

  test('lies in a folder for the owner alone, with a lock and a word for whoever finds the drive', () => {
    const root = claimed();
    const dir = join(root, recordsDir);
    expect(readdirSync(dir).sort()).toEqual(['README.txt', 'history', 'lock', 'marker.json']);
    for (const path of [dir, join(dir, 'history')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(dir, 'README.txt'), 'utf8')).toContain('plain files');
  });

  test('is replaced whole: nothing half written, the README and the lock left as they are', () => {
    const root = claimed();
    const dir = join(root, recordsDir);
    writeFileSync(join(dir, 'README.txt'), 'mine');
    const [lock, before] = [statSync(join(dir, 'lock')).ino, statSync(join(dir, 'marker.json')).ino];
    prepareRecords(root);
    writeMarker(root, { ...ours, destination_id: 'other' });
    expect(readMarker(root)?.destination_id).toBe('other');
    expect(readFileSync(join(dir, 'README.txt'), 'utf8')).toBe('mine');
    expect(statSync(join(dir, 'lock')).ino).toBe(lock);
    expect(statSync(join(dir, 'marker.json')).ino).not.toBe(before);
    expect(readdirSync(dir).sort()).toEqual(['README.txt', 'history', 'lock', 'marker.json']);
  });

  test('is none where there is none', () => {
    const root = tempDir('marker');
    expect(readMarker(root)).toBeNull();
    mkdirSync(join(root, recordsDir));
    expect(readMarker(root)).toBeNull();
  });

  const notOne: [name: string, content: string | Uint8Array][] = [
    ['nothing', ''],
    ['half of one', JSON.stringify(ours).slice(0, 80)],
    ['not JSON', 'Backup complete\n'],
    ['zeros, as after a power cut', new Uint8Array(512)],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x7b])],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['an object without a format', '{}'],
    ['a format that is no number', JSON.stringify({ ...ours, format: '1' })],
    ['an older format there never was', JSON.stringify({ ...ours, format: 0 })],
    ['no destination_id', JSON.stringify({ ...ours, destination_id: undefined })],
    ['a destination_id that is a number', JSON.stringify({ ...ours, destination_id: 7 })],
    ['no jobs', JSON.stringify({ ...ours, jobs: null })],
    ['a job that is null', JSON.stringify({ ...ours, jobs: [null] })],
    ['a job without landings', JSON.stringify({ ...ours, jobs: [{ uuid: 'j', name: 'n' }] })],
    ['landings that are numbers', JSON.stringify({ ...ours, jobs: [{ uuid: 'j', name: 'n', landings: [1] }] })],
    ['no appliance', JSON.stringify({ ...ours, appliance: undefined })],
    ['a filesystem_uuid that is a number', JSON.stringify({ ...ours, filesystem_uuid: 5 })],
  ];
  for (const [name, content] of notOne)
    test(`is none: ${name}`, () => expect(reasonOf(() => readMarker(holding(content)))).toBeNull());

  test('of a newer version stops the run and stays', () => {
    const root = holding(JSON.stringify({ format: 2, everything: 'new' }));
    expect(reasonOf(() => readMarker(root))).toBe('destination_unsupported');
    expect(readFileSync(join(root, recordsDir, 'marker.json'), 'utf8')).toContain('"format":2');
  });

  test('members that a later version added are kept', () => {
    const root = holding(JSON.stringify({ ...ours, note: 'later' }));
    const read = readMarker(root) as Marker;
    writeMarker(root, withJob(read, { uuid: 'j1', name: 'x', landings: ['photos'] }));
    expect(readMarker(root)).toMatchObject({ note: 'later' });
  });

  test('is never read through a link', () => {
    const elsewhere = holding(JSON.stringify(ours));
    const [linkedFile, linkedDir] = [tempDir('marker'), tempDir('marker')];
    mkdirSync(join(linkedFile, recordsDir));
    symlinkSync(join(elsewhere, recordsDir, 'marker.json'), join(linkedFile, recordsDir, 'marker.json'));
    symlinkSync(join(elsewhere, recordsDir), join(linkedDir, recordsDir));
    for (const root of [linkedFile, linkedDir]) expect(reasonOf(() => readMarker(root))).toBe('name_collision');
    const dangling = tempDir('marker');
    symlinkSync('/nowhere', join(dangling, recordsDir));
    expect(reasonOf(() => readMarker(dangling))).toBe('name_collision');
  });

  test('that is a file where the folder should be stops the run', () => {
    const root = tempDir('marker');
    writeFileSync(join(root, recordsDir), 'precious');
    expect(reasonOf(() => readMarker(root))).toBe('name_collision');
    expect(readFileSync(join(root, recordsDir), 'utf8')).toBe('precious');
  });

  test('that is a pipe or a folder does not hang, and is none', () => {
    const root = holding('');
    const path = join(root, recordsDir, 'marker.json');
    rmSync(path);
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect(reasonOf(() => readMarker(root))).toBeNull();
    rmSync(path);
    mkdirSync(path);
    expect(reasonOf(() => readMarker(root))).toBeNull();
  });

  test('that is huge is not read into memory', () => {
    const root = holding(JSON.stringify(ours));
    truncateSync(join(root, recordsDir, 'marker.json'), 2 ** 40);
    const before = performance.now();
    expect(readMarker(root)).toBeNull();
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('that holds a key named __proto__ changes nothing but itself', () => {
    const text = JSON.stringify(ours).replace('{', '{"__proto__":{"polluted":true},');
    expect(readMarker(holding(text))?.destination_id).toBe(ours.destination_id);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('making a destination ours', () => {
  test('never follows a link that lies where the marker goes', () => {
    const root = tempDir('marker');
    mkdirSync(join(root, recordsDir));
    const victim = join(tempDir('victim'), 'file');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(root, recordsDir, 'marker.json'));
    claimed(root);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(join(root, recordsDir, 'marker.json')).isFile()).toBe(true);
  });

  for (const name of ['', 'README.txt', 'lock', 'history'])
    test(`stops at a link where .dynamight/${name} should be, wherever it leads, and follows it nowhere`, () => {
      const outside = tempDir('victim');
      mkdirSync(join(outside, 'folder'));
      writeFileSync(join(outside, 'file'), 'precious');
      for (const target of ['nothing', 'folder', 'file']) {
        const root = tempDir('marker');
        if (name !== '') mkdirSync(join(root, recordsDir));
        symlinkSync(join(outside, target), join(root, recordsDir, name).replace(/\/$/, ''));
        expect(reasonOf(() => prepareRecords(root))).toBe('name_collision');
      }
      expect(readdirSync(outside).sort()).toEqual(['file', 'folder']);
      expect(readdirSync(join(outside, 'folder'))).toEqual([]);
      expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('precious');
    });

  test('stops at a pipe where the lock should be, instead of waiting for it for ever', () => {
    const root = claimed();
    rmSync(join(root, recordsDir, 'lock'));
    expect(spawnSync('mkfifo', [join(root, recordsDir, 'lock')]).status).toBe(0);
    expect(reasonOf(() => prepareRecords(root))).toBe('name_collision');
  });

  test('puts back what somebody removed', () => {
    const root = claimed();
    for (const name of ['README.txt', 'lock']) rmSync(join(root, recordsDir, name));
    prepareRecords(root);
    expect(readdirSync(join(root, recordsDir)).sort()).toEqual(['README.txt', 'history', 'lock', 'marker.json']);
  });

  test('keeps the mode of a folder that is there', () => {
    const root = holding('');
    chmodSync(join(root, recordsDir), 0o750);
    claimed(root);
    expect(statSync(join(root, recordsDir)).mode & 0o777).toBe(0o750);
  });
});

describe('landings of other jobs', () => {
  const marker: Marker = {
    ...ours,
    jobs: [
      { uuid: 'j1', name: 'One', landings: ['photos', 'alice/docs'] },
      { uuid: 'j2', name: 'Two', landings: ['music'] },
    ],
  };
  const all = () => true;
  const none = () => false;
  const rows: [
    name: string,
    job: string,
    landings: string[],
    exists: () => boolean,
    box: string,
    want: string | null,
  ][] = [
    ['our own are ours', 'j1', ['photos', 'alice/docs'], all, 'box', null],
    ['free ones are free', 'j3', ['videos', 'photos-2', 'alice/photos'], all, 'box', null],
    ['the same one is taken', 'j2', ['photos'], all, 'box', 'One'],
    ['one inside it is taken', 'j3', ['photos/2026'], all, 'box', 'One'],
    ['one around it is taken', 'j3', ['alice'], all, 'box', 'One'],
    ['one that differs in case alone is taken: many drives see no difference', 'j3', ['MUSIC'], all, 'box', 'Two'],
    ['the second of ours counts too', 'j3', ['free', 'music'], all, 'box', 'Two'],
    ['a job deleted here has given its own back', 'j3', ['photos', 'music'], none, 'box', null],
    ['what another box wrote is never given back', 'j3', ['photos'], none, 'another box', 'One'],
  ];
  for (const [name, job, landings, exists, box, want] of rows)
    test(name, () => expect(landingConflict(marker, job, landings, exists, box)?.job ?? null).toBe(want));
});

describe('the marker of a job that writes', () => {
  test('names the job, its present name and every landing it ever had', () => {
    const after = withJob(ours, { uuid: 'j1', name: 'Renamed', landings: ['alice/docs', 'music'] });
    expect(after).toEqual({
      ...ours,
      jobs: [{ uuid: 'j1', name: 'Renamed', landings: ['photos', 'alice/docs', 'music'] }],
    });
    expect(ours.jobs[0]?.name).toBe('Daily Backup');
  });

  test('keeps the other jobs', () => {
    const after = withJob(ours, { uuid: 'j2', name: 'Two', landings: ['music'] });
    expect(after.jobs).toEqual([...ours.jobs, { uuid: 'j2', name: 'Two', landings: ['music'] }]);
  });

  test('stays the same when nothing changed, so that an idle run writes nothing', () => {
    const once = withJob(ours, { uuid: 'j2', name: 'Two', landings: ['music'] });
    const again = withJob(once, { uuid: 'j2', name: 'Two', landings: ['music'] });
    expect(JSON.stringify(again)).toBe(JSON.stringify(once));
    const first = withJob(once, { uuid: 'j1', name: 'Daily Backup', landings: ['photos', 'alice/docs'] });
    expect(JSON.stringify(first)).toBe(JSON.stringify(once));
  });
});
