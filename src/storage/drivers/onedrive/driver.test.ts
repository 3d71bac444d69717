import { afterAll, describe, expect, test } from 'bun:test';
import { type OneDriveAccess, openOneDrive } from '../../../../test/harness/onedrive.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { type OneDriveDouble, type OneDriveDoubleOptions, startOneDrive } from '../../../../test/servers/onedrive.ts';
import { get, put } from '../../checks/context.ts';
import type { StorageDriver } from '../../driver.ts';
import { StorageError } from '../../errors.ts';
import { createOneDriveDriver } from './driver.ts';

const { signal } = new AbortController();
const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

async function start(
  options: OneDriveDoubleOptions = {},
  access: (double: OneDriveDouble) => OneDriveAccess = () => ({}),
): Promise<{ double: OneDriveDouble; driver: StorageDriver }> {
  const double = await startOneDrive(options);
  const driver = openOneDrive(double, access(double));
  ends.push(
    () => double.stop(),
    () => driver.close(),
  );
  return { double, driver };
}

const failure = async (work: Promise<unknown>): Promise<StorageError> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageError);
  const told = error as StorageError;
  expect(JSON.stringify([told.message, told.details])).not.toContain('secret of the service');
  return told;
};
const credential = {
  access_token: null,
  refresh_token: 'x',
  expires_at: null,
  client_id: null,
  client_secret: null,
  tenant: null,
};

describe('OneDrive and its sign-in', () => {
  test('a token that ran out is renewed once, and the call goes through', async () => {
    const refused: string[] = [];
    let current = 'an old token';
    const { double, driver } = await start({}, ({ token: good }) => ({
      tokens: {
        get: async () => current,
        reject(token) {
          refused.push(token);
          current = good;
        },
      },
    }));
    await put({ driver, signal }, 'file', 'hello');
    expect(refused).toEqual(['an old token']);
    expect((await get({ driver, signal }, 'file')).toString()).toBe('hello');
    double.token = 'taken back';
    expect((await failure(driver.list('', signal))).code).toBe('auth_expired');
    expect((await failure(put({ driver, signal }, 'file', 'new'))).code).toBe('auth_expired');
  });

  test('without a sign-in nothing is asked', async () => {
    const { double } = await start();
    const nobody = createOneDriveDriver({ folder_path: '/', drive_id: null }, credential, {}, double.graphUrl);
    expect((await failure(nobody.probe(signal))).code).toBe('auth_failed');
    expect(double.requests).toEqual([]);
  });

  test('a token never travels over http, nor to a server with another certificate', async () => {
    const { double } = await start();
    const tokens = { get: async () => 'a good token', reject() {} };
    const over = (url: string, pin?: string) =>
      createOneDriveDriver({ folder_path: '/', drive_id: null }, credential, { tokens }, url, pin);
    expect(() => over('http://127.0.0.1:1/v1.0')).toThrow(StorageError);
    const unknown = await failure(over(double.graphUrl).probe(signal));
    expect(unknown.code).toBe('certificate');
    expect(unknown.details['fingerprint']).toBe(double.fingerprint);
    expect((await failure(over(double.graphUrl, 'ab'.repeat(32)).probe(signal))).code).toBe('certificate');
    expect(double.requests).toEqual([]);
  });

  test('a probe tells the account, its kind, the folder and the room', async () => {
    const { driver } = await start({ driveType: 'business', totalBytes: 1000 });
    expect(await driver.probe(signal)).toEqual({
      account: 'ada@example.com',
      kind: 'work or school',
      drive: 'OneDrive',
      folder: '/Backups',
      total_bytes: 1000,
      free_bytes: 1000,
    });
  });
});

describe('what OneDrive says', () => {
  const table = [
    [{ status: 403, code: 'accessDenied' }, 'permission'],
    [{ status: 409, code: 'resourceModified' }, 'changed'],
    [{ status: 412, code: 'preconditionFailed' }, 'changed'],
    [{ status: 423, code: 'resourceLocked' }, 'unavailable'],
    [{ status: 429, code: 'activityLimitReached', headers: { 'retry-after': '3' } }, 'rate_limited'],
    [{ status: 503, code: 'serviceNotAvailable', headers: { 'retry-after': '3' } }, 'unavailable'],
    [{ status: 509, code: 'whatever' }, 'rate_limited'],
    [{ status: 507, code: 'insufficientStorage' }, 'quota'],
    [{ status: 403, code: 'forbidden', inner: 'quotaLimitReached' }, 'quota'],
    [{ status: 400, code: 'invalidRequest', inner: 'pathIsTooLong' }, 'name'],
    [{ status: 400, code: 'invalidRequest' }, 'protocol'],
    [{ status: 500, body: 'secret of the service' }, 'unavailable'],
    [{ status: 200, body: '<html>secret of the service' }, 'protocol'],
    [{ status: 200, body: '{"value":[{"id":"1","name":"cut' }, 'protocol'],
  ] as const;
  test('is told in the words of every driver, and nothing of its text', async () => {
    const { double, driver } = await start();
    await driver.list('', signal);
    for (const [answer, code] of table) {
      double.fail({ when: /children/, answer });
      const error = await failure(driver.list('', signal));
      expect([answer, error.code]).toEqual([answer, code]);
      if ('headers' in answer) expect(error.retryAfterMs).toBe(3000);
    }
  });
});

describe('a listing of OneDrive', () => {
  test(`of ${scale.cloudFolder} entries is whole, in pages of whatever size`, async () => {
    const { double, driver } = await start();
    const folder = double.store.below(double.store.root, ['backups']);
    for (let n = 0; n < scale.cloudFolder; n += 1) double.store.makeFolder(folder, `folder ${n}`, 'fail');
    double.behaviour.pageEntries = 333;
    const entries = await driver.list('', signal);
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(scale.cloudFolder);
    double.fail({ when: /skiptoken=999/, answer: { status: 500 } });
    expect((await failure(driver.list('', signal))).code).toBe('unavailable');
  });

  const item = { id: '1', size: 1, file: {} };
  const hostile = {
    'leads to another host': { value: [], '@odata.nextLink': 'https://127.0.0.1:1/v1.0/me/drive/root/children' },
    'leads to a host that only begins alike': (url: string) => ({
      value: [],
      '@odata.nextLink': `${url}.example.com/`,
    }),
    'leads nowhere': { value: [], '@odata.nextLink': 7 },
    'has an entry named ..': { value: [{ ...item, name: '..' }] },
    'has an entry with a slash': { value: [{ ...item, name: 'a/b' }] },
    'has an entry without a name': { value: [item] },
    'has an entry without a size': { value: [{ id: '1', name: 'x', file: {} }] },
    'is no list': { value: 'none' },
  };
  for (const [what, answer] of Object.entries(hostile))
    test(`that ${what} is an error, and nothing of it is used`, async () => {
      const { double, driver } = await start();
      const body = JSON.stringify(typeof answer === 'function' ? answer(double.graphUrl) : answer);
      double.fail({ when: /children/, answer: { status: 200, body } });
      expect((await failure(driver.list('', signal))).code).toBe('protocol');
    });

  test('that goes in a circle ends', async () => {
    const { double, driver } = await start();
    const link = `${double.graphUrl}/me/drive/items/x/children`;
    const body = JSON.stringify({ value: [], '@odata.nextLink': link });
    double.fail({ when: /children/, times: 99, answer: { status: 200, body } });
    expect((await failure(driver.list('', signal))).code).toBe('protocol');
    expect(double.requests.length).toBeLessThan(6);
  });

  test('tells notebooks and shortcuts apart from files and folders, and they are left alone', async () => {
    const { double, driver } = await start();
    const folder = double.store.below(double.store.root, ['Backups']);
    for (const [name, facet] of [
      ['Notes', 'package'],
      ['Shared', 'remoteItem'],
    ] as const)
      double.store.makeFolder(folder, name, 'fail').facet = facet;
    expect((await driver.list('', signal)).map((entry) => entry.kind)).toEqual(['other', 'other']);
    for (const name of ['Notes', 'Shared']) {
      expect((await failure(driver.remove(name, signal))).code).toBe('exists');
      expect((await failure(driver.removeFolder(name, signal))).code).toBe('exists');
    }
    expect(double.store.deleted).toEqual([]);
  });
});

describe('names and changes at OneDrive', () => {
  test('names are one without case, and are told as they are', async () => {
    const { driver } = await start();
    await put({ driver, signal }, 'Photos/README', 'old');
    await put({ driver, signal }, 'photos/readme', 'new');
    expect((await driver.list('Photos', signal)).map((entry) => entry.path)).toEqual(['Photos/README']);
    expect((await get({ driver, signal }, 'Photos/README')).toString()).toBe('new');
    await driver.move('Photos/README', 'Photos/ReadMe', signal);
    expect((await driver.list('Photos', signal)).map((entry) => entry.path)).toEqual(['Photos/ReadMe']);
    expect((await get({ driver, signal }, 'Photos/ReadMe')).toString()).toBe('new');
  });

  test('a path counts with the folders above the root', async () => {
    const root = `a/${'b'.repeat(200)}`;
    const { driver } = await start({ folders: [root] }, () => ({ folder: `/${root}/` }));
    const [fits, long] = ['c'.repeat(399 - root.length - 1), 'c'.repeat(400 - root.length - 1)];
    await put({ driver, signal }, fits, 'x');
    expect((await failure(put({ driver, signal }, long, 'x'))).code).toBe('name');
    expect(driver.capabilities.pathProblem(long)).toContain('400');
  });

  test('a folder that fills while it is looked at is not removed', async () => {
    const { double, driver } = await start();
    await driver.makeFolder('folder', signal);
    const folder = double.store.below(double.store.root, ['Backups', 'folder']);
    double.fail({ when: /^DELETE/, before: () => void double.store.makeFolder(folder, 'new', 'fail') });
    expect((await failure(driver.removeFolder('folder', signal))).code).toBe('exists');
    expect(double.store.deleted).toEqual([]);
  });

  test('when moving replaces nothing by itself, the old file comes back if the new one cannot come', async () => {
    const { double, driver } = await start();
    double.behaviour.patchReplaces = false;
    await put({ driver, signal }, 'from', 'from');
    await put({ driver, signal }, 'to', 'to');
    double.fail({ when: /^PATCH/, after: 2, answer: { status: 503 } });
    expect((await failure(driver.move('from', 'to', signal))).code).toBe('unavailable');
    expect((await get({ driver, signal }, 'to')).toString()).toBe('to');
    await driver.move('from', 'to', signal);
    expect((await get({ driver, signal }, 'to')).toString()).toBe('from');
    expect((await driver.list('', signal)).map((entry) => entry.path)).toEqual(['to']);
  });

  test('a folder somebody took away meanwhile is made again, but never the root', async () => {
    const { double, driver } = await start();
    await put({ driver, signal }, 'one/two/file', 'x');
    double.store.remove(double.store.below(double.store.root, ['Backups', 'one']));
    for (const content of ['x', '']) {
      await put({ driver, signal }, 'one/two/file', content);
      expect((await get({ driver, signal }, 'one/two/file')).toString()).toBe(content);
    }
    double.store.remove(double.store.below(double.store.root, ['Backups']));
    expect((await failure(put({ driver, signal }, 'file', 'x'))).code).toBe('no_root');
    expect((await failure(put({ driver, signal }, 'one/two/file', 'x'))).code).toBe('no_root');
    expect((await failure(driver.list('', signal))).code).toBe('no_root');
    expect([...(double.store.root.children?.keys() ?? [])]).toEqual([]);
  });

  test('a root that is missing is made with those above it when it is asked for, and never by a file', async () => {
    const { double } = await start();
    const driver = openOneDrive(double, { folder: '/Archive/2026/box' });
    for (const call of [() => driver.probe(signal), () => put({ driver, signal }, 'a/file', 'x')])
      expect((await failure(call())).code).toBe('no_root');
    expect((await failure(driver.list('a', signal))).code).toBe('not_found');
    expect(await driver.stat('a', signal).catch((error) => error.code)).toBe('no_root');
    expect([...(double.store.root.children?.keys() ?? [])]).not.toContain('archive');
    await driver.makeFolder('', signal);
    await driver.makeFolder('', signal);
    await put({ driver, signal }, 'a/file', 'x');
    expect(double.store.below(double.store.root, ['Archive', '2026', 'box', 'a', 'file']).bytes).toBe(1);
    await driver.close();

    await put({ driver: openOneDrive(double, { folder: '/Archive' }), signal }, 'taken', 'x');
    for (const folder of ['/Archive/taken', '/Archive/taken/deeper']) {
      const blocked = openOneDrive(double, { folder });
      expect((await failure(blocked.makeFolder('', signal))).code).toBe('no_root');
      await blocked.close();
    }
    const elsewhere = openOneDrive(double, { folder: '/New', driveId: 'b!another' });
    expect((await failure(elsewhere.makeFolder('', signal))).code).toBe('no_root');
    await elsewhere.close();
  });

  test('content that lies elsewhere is fetched from there only over https', async () => {
    const { double, driver } = await start();
    await put({ driver, signal }, 'file', 'x');
    for (const location of ['http://127.0.0.1:1/', 'file:///etc/passwd', '']) {
      double.fail({ when: /content$/, answer: { status: 302, headers: { location } } });
      expect((await failure(driver.read('file', {}, signal))).code).toBe('protocol');
    }
    double.fail({ when: /content$/, answer: { status: 302, headers: { location: 'https://169.254.169.254/latest' } } });
    expect((await failure(driver.read('file', {}, signal))).code).toBe('target_refused');
  });
});
