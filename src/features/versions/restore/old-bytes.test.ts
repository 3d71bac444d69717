import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { restored, versionOf, wholeVersion } from '../../../../test/harness/restores.ts';
import { expectSameTree } from '../../../../test/harness/snapshot.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree } from '../../../../test/harness/trees.ts';
import { bytesContent } from '../../../storage/content.ts';
import { createFaultyDriver, type Fault } from '../../../storage/drivers/faulty/driver.ts';
import { createMemoryDriver } from '../../../storage/drivers/memory/driver.ts';
import { StorageError } from '../../../storage/errors.ts';
import { driverFiles } from './old-bytes.ts';

/** A small tree, kept at a service that has its faults. */
async function lab(...faults: Fault[]) {
  const dir = tempDir('old-bytes');
  const [from, root] = [join(dir, 'old'), join(dir, 'new')] as [string, string];
  mkdirSync(root);
  buildTree(from, { 'a/large': Buffer.alloc(700_000, 'large'), 'a/small': 's', über: 'ü', empty: '' });
  const driver = createFaultyDriver(createMemoryDriver());
  for (const { path, type } of versionOf(from)) {
    if (type !== 'file') continue;
    const content = bytesContent(readFileSync(Buffer.from(join(from, Buffer.from(path, 'latin1').toString()))));
    const { signal } = new AbortController();
    await driver.write(Buffer.from(path, 'latin1').toString(), content, { signal, mtimeNs: null });
  }
  driver.setFaults(...faults);
  const files = driverFiles(driver);
  const again = () =>
    restored({
      from,
      root,
      open: ({ entry }, signal) => files.open(entry.path, signal),
      entries: wholeVersion(versionOf(from)),
    });
  return { from, root, driver, again };
}

describe('old files at a service', () => {
  test('come back', async () => {
    const { from, root, again } = await lab();
    expect((await again()).result).toMatchObject({ stopped: null, actions: { create: 5 } });
    expectSameTree(from, root);
  });

  test('come back also when the connection breaks while they are read, and no byte is asked for twice', async () => {
    const { from, root, driver, again } = await lab({
      call: 'read',
      path: 'a/large',
      times: 3,
      misdeed: { cutAfterBytes: 100_000 },
    });
    expect((await again()).result).toMatchObject({ stopped: null, actions: { create: 5 } });
    expect(driver.calls.filter(({ call, path }) => call === 'read' && path === 'a/large')).toHaveLength(4);
    expectSameTree(from, root);
  });

  test('that break again and again fail by themselves, and leave nothing', async () => {
    const { root, again } = await lab({ call: 'read', path: 'a/large', times: 99, misdeed: { fail: true } });
    const { actions, result } = await again();
    expect(result.stopped).toBeNull();
    expect(actions).toMatchObject({ 'a/large': 'failed', 'a/small': 'create' });
    expect(readdirSync(join(root, 'a'))).toEqual(['small']);
  });

  test('that are gone are missing', async () => {
    const { driver, again } = await lab();
    await driver.remove('a/small', new AbortController().signal);
    expect((await again()).actions).toMatchObject({ 'a/small': 'missing', 'a/large': 'create' });
  });

  test('behind a key that is refused end the restore with the reason, and nothing is half there', async () => {
    const error = new StorageError('auth_failed', 'The key was refused.');
    const { root, again } = await lab({ call: 'read', times: 99, misdeed: { fail: error } });
    const { result } = await again();
    expect(result.stopped).toMatchObject({ reason: 'source', message: 'The key was refused.' });
    expect(readdirSync(root, { recursive: true })).toEqual(result.actions.create > 0 ? ['a'] : []);
  });
});
