import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { backupLab } from '../../../test/harness/backup.ts';
import { buildTree } from '../../../test/harness/trees.ts';
import { readMounts } from '../../system/mounts/mountinfo.ts';
import { findIntrusion, type Neighbour, rootsBelow } from './neighbours.ts';

describe('a destination inside another job’s landing, and the other way round', () => {
  const other: Neighbour = { job: 'Daily', root: '/mnt/usb', landings: ['photos', 'alice/docs'] };
  const rows: [name: string, root: string, landings: string[], says: string | null][] = [
    ['elsewhere', '/mnt/disk', ['photos'], null],
    ['beside its landings', '/mnt/usb/other', ['photos'], null],
    ['beside its landings, with a name that begins alike', '/mnt/usb/photos-2', ['photos'], null],
    ['above a landing that is only part of the way', '/mnt/usb/alice', ['photos'], null],
    ['the same root: the marker decides', '/mnt/usb', ['photos'], null],
    ['is a landing of it', '/mnt/usb/photos', ['x'], '"photos" of the job "Daily"'],
    ['lies in a landing of it', '/mnt/usb/alice/docs/deep/er', ['x'], '"alice/docs" of the job "Daily"'],
    ['our landing is its root', '/mnt', ['free', 'usb'], '"usb" of this job holds the destination /mnt/usb'],
    ['our landing lies around its root', '/', ['mnt'], '"mnt" of this job holds the destination /mnt/usb'],
    ['our landing lies beside its root', '/mnt', ['usb2'], null],
  ];
  for (const [name, root, landings, says] of rows)
    test(name, () => {
      const found = findIntrusion({ root, landings }, [other], readMounts());
      if (says === null) expect(found).toBeNull();
      else expect(found).toContain(says);
    });

  test('new landings keep out of the way by themselves', () => {
    expect(rootsBelow('/mnt', [other, { ...other, root: '/mnt' }, { ...other, root: '/srv' }])).toEqual(['usb']);
  });
});

describe('two jobs at nested destinations', () => {
  const wish = { options: { delete_extraneous: true } };

  test('are refused when saved; what one job copied another never deletes', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const outer = await lab.job({ ...wish, name: 'Outer' });
    await lab.run(outer);
    symlinkSync(join(lab.dst, 'src'), join(lab.dir, 'by-link'));
    for (const place of [{ subdir: 'src/deep' }, { to: join(lab.dst, 'src') }, { to: join(lab.dir, 'by-link') }]) {
      const answer = await lab.job({ name: 'Inner', ...place }).catch((error: Error) => error.message);
      expect(answer).toContain('answered 400');
      expect(answer).toContain('lies in the folder \\"src\\" of the job \\"Outer\\"');
    }
    expect((await lab.app.call('GET', '/api/jobs', { owner: true })).json).toHaveLength(1);
  });

  test('share a drive when the landing of the outer one can keep clear of the inner one', async () => {
    const lab = backupLab();
    buildTree(lab.src, { inner: '1' });
    buildTree(join(lab.dir, 'daily'), { outer: '2' });
    const inner = await lab.job({ ...wish, subdir: 'daily' });
    const outer = await lab.job({ ...wish, sources: [join(lab.dir, 'daily')] });
    for (const job of [inner, outer, inner, outer]) expect((await lab.run(job)).status).toBe('completed');
    expect(existsSync(join(lab.dst, 'daily/src/inner'))).toBe(true);
    const landings = (await lab.app.call('GET', `/api/jobs/${outer}`, { owner: true })).json.landings as string[];
    expect(landings[0]).toEndWith('/daily');
    expect(existsSync(join(lab.dst, landings[0] ?? '', 'outer'))).toBe(true);
  });

  test('that came to lie in one another later stop the run before anything is deleted', async () => {
    const lab = backupLab();
    buildTree(lab.src, { a: '1' });
    const outer = await lab.job({ ...wish, name: 'Outer' });
    const elsewhere = join(lab.dir, 'elsewhere');
    mkdirSync(elsewhere);
    const inner = await lab.job({ ...wish, name: 'Inner', to: elsewhere, sources: [join(lab.dir, 'two')] });
    buildTree(join(lab.dir, 'two'), { b: '1' });
    for (const job of [outer, inner]) expect((await lab.run(job)).status).toBe('completed');
    renameSync(elsewhere, join(lab.dst, 'src/moved'));
    symlinkSync(join(lab.dst, 'src/moved'), elsewhere);
    for (const job of [outer, inner])
      expect(await lab.run(job)).toMatchObject({ status: 'failed', reason: 'overlap', files_deleted: 0 });
    expect(existsSync(join(lab.dst, 'src/moved/two/b'))).toBe(true);
  });
});
