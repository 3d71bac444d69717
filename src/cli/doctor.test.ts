import { describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../test/harness/temp.ts';
import { filesystemVerdict, folderChecks } from './doctor-folder.ts';
import { clockCheck, rsyncVerdict } from './doctor-machine.ts';

const printed = (version: string, capabilities: string) =>
  `rsync  version ${version}  protocol version 31\nCopyright\nCapabilities:\n    64-bit files, ${capabilities},\n    iconv\n`;
const whole = 'socketpairs, symlinks, symtimes, hardlinks, hardlink-specials, ACLs, xattrs';

describe('the doctor looks at rsync', () => {
  test.each([
    ['3.5.0', 'ok'],
    ['v3.4.1', 'ok'],
    ['3.2.3', 'ok'],
    ['3.10.0', 'ok'],
    ['3.2.2', 'problem'],
    ['3.1.99', 'problem'],
    ['2.6.9', 'problem'],
  ])('version %s: %s', (version, state) => {
    expect(rsyncVerdict(printed(version, whole)).state).toBe(state as 'ok');
  });

  test('and warns of one that was built without what backups keep', () => {
    const check = rsyncVerdict(printed('3.4.1', 'symlinks, no hardlinks, no ACLs, xattrs'));
    expect(check).toMatchObject({ state: 'warning', message: expect.stringContaining('without hardlinks, ACLs') });
  });

  test('and takes no other program for it', () => {
    expect(rsyncVerdict('openrsync: protocol version 29\n').state).toBe('problem');
  });
});

test('filesystems that lose data or locks are a problem for the data folder', () => {
  for (const kind of ['nfs', 'nfs4', 'overlay', '9p', 'cifs', 'vfat', 'fuse.sshfs'])
    expect(filesystemVerdict(kind)).toMatchObject({ state: 'problem', message: expect.stringContaining(kind) });
  for (const kind of ['ext4', 'xfs', 'btrfs', 'zfs', 'f2fs']) expect(filesystemVerdict(kind).state).toBe('ok');
  expect(filesystemVerdict('tmpfs').state).toBe('warning');
});

test('a clock that was never set is a problem', () => {
  expect(clockCheck(0).state).toBe('problem');
  expect(clockCheck(Date.UTC(2026, 6, 1)).state).toBe('ok');
  expect(clockCheck(Date.UTC(2106, 0, 1)).state).toBe('problem');
});

describe('a data folder', () => {
  const stateOf = async (dir: string, name: string) =>
    (await folderChecks(dir, process.getuid?.() ?? 0)).find((check) => check.name === name);

  test('that is not there yet is fine', async () => {
    expect(await stateOf(join(tempDir('none'), 'new'), 'data folder')).toMatchObject({ state: 'ok' });
  });

  test('that others can open is a warning, a key that others can read a problem', async () => {
    const dir = join(tempDir('open'), 'data');
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    writeFileSync(join(dir, 'secret.key'), 'x');
    chmodSync(join(dir, 'secret.key'), 0o644);
    expect(await stateOf(dir, 'data folder')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('chmod 700'),
    });
    expect(await stateOf(dir, 'secret.key')).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('chmod 600'),
    });
  });

  test('with a key and no database needs recovery', async () => {
    const dir = tempDir('gone');
    writeFileSync(join(dir, 'secret.key'), 'x', { mode: 0o600 });
    expect(await stateOf(dir, 'dynamight.db')).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('missing'),
    });
  });
});
