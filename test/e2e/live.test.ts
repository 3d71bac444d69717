import { describe, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiOnSocket } from '../../src/cli/client.ts';
import type { RunView } from '../../src/features/backups/schema.ts';
import { backupLab } from '../harness/backup.ts';
import { seedRun } from '../harness/live-box.ts';
import { startProgram, startServer } from '../harness/program.ts';
import { openRawSocket, openSocket } from '../harness/sockets.ts';
import { tempDir } from '../harness/temp.ts';

const setUp = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'securepassword123' }),
  });
  return /token=[^;]*/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
};

const megabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe('who does not read what the server says', () => {
  test('costs it a page, and gets every line once they read', async () => {
    const data = tempDir('slow');
    const lab = backupLab(undefined, [], data);
    const run = seedRun(lab, await lab.job());
    const messages = Array.from({ length: 10_000 }, (_, n) => `line ${n} `.padEnd(3000, '.'));
    run.say(...messages); // 30 MB: 1.5 GB if they were kept for fifty
    run.end();
    lab.app.close();

    const server = await startServer(data);
    const cookie = await setUp(server.url);
    const open = () => openRawSocket(`${server.url}/api/ws/logs/${run.id}`, { cookie });
    const first = await open();
    await Bun.sleep(300);
    const before = megabytes(server.pid);
    const readers = [first, ...(await Promise.all(Array.from({ length: 49 }, open)))];
    await Bun.sleep(1000);
    expect(megabytes(server.pid) - before).toBeLessThan(40);
    await Promise.all(
      readers.slice(0, 3).map(async (reader) => {
        reader.socket.resume();
        await reader.closed;
        expect(reader.closeCode()).toBe(1000);
        const texts = reader.messages().map((text) => JSON.parse(text).message);
        expect(texts.slice(0, -1)).toEqual(messages);
      }),
    );
    // What was read leaves garbage behind for a moment; fifty kept logs would be ten times as much.
    expect(megabytes(server.pid) - before).toBeLessThan(150);
    for (const reader of readers) reader.socket.destroy();
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});

/** A data folder with a job whose run takes half a minute when nobody stops it, and how to start it. */
function slowPlace(name = 'live') {
  const base = tempDir(name);
  const [src, dst, data] = ['src', 'dst', 'da:ta %20#?'].map((part) => join(base, part)) as [string, string, string];
  for (const dir of [src, dst]) mkdirSync(dir);
  for (let n = 0; n < 50; n++) writeFileSync(join(src, `a${n}`), 'x');
  writeFileSync(join(src, 'big'), 'x'.repeat(3_000_000));
  const start = async () => {
    const { get, post, close } = apiOnSocket(data, 'dynamight.sock');
    const [known] = await get<{ id: number }[]>('/api/jobs');
    const job =
      known ??
      (await post<{ id: number }>('/api/jobs', {
        name: 'slow',
        source_dirs: [src],
        destination_type: 'local',
        destination_config: { mount_point: dst, backup_subdir: '', auto_mount: false, auto_unmount: false },
        sync_options: { bandwidth_limit_kbps: 100 },
        extra_paths: [src, dst],
      }));
    const { run_id } = await post<{ run_id: number }>(`/api/jobs/${job.id}/run`);
    close();
    return run_id;
  };
  const backup = (...words: string[]) => startProgram(['backup', '--data-dir', data, ...words, src, dst]);
  const logOf = async (run: number) => {
    const { get, close } = apiOnSocket(data, 'dynamight.sock');
    const lines = await get<{ message: string }[]>(`/api/runs/${run}/logs`);
    close();
    return lines.map(({ message }) => message);
  };
  return { data, start, backup, logOf };
}
const messagesOf = (socket: { messages: { type: string; message?: string }[] }) =>
  socket.messages.filter(({ type }) => type === 'log').map(({ message }) => message);
const isCopied = ({ message }: { message?: string }) => message === 'src/a0';

describe('a server that goes away', () => {
  test('told to stop, says good-bye on every socket', async () => {
    const at = slowPlace();
    const server = await startServer(at.data);
    const headers = { cookie: await setUp(server.url) };
    const run = await at.start();
    const url = server.url.replace('http', 'ws');
    const sockets = ['status', 'events', `logs/${run}`].map((door) => openSocket(`${url}/api/ws/${door}`, headers));
    await Promise.all(sockets.map((socket) => socket.opened));
    server.signal('SIGTERM');
    expect(await Promise.all(sockets.map((socket) => socket.closed))).toMatchObject(
      sockets.map(() => ({ code: 1001, opened: true })),
    );
    expect(await server.ended).toBe(0);
  });

  test('killed and started again, tells the whole log of the run it had at work, and that it failed', async () => {
    const at = slowPlace();
    const server = await startServer(at.data);
    const headers = { cookie: await setUp(server.url) };
    const run = await at.start();
    const before = openSocket(`${server.url.replace('http', 'ws')}/ws/logs/${run}`, headers);
    await before.hears(isCopied);
    server.signal('SIGKILL');
    expect((await before.closed).code).not.toBe(1000);
    const again = await startServer(at.data);
    const after = openSocket(`${again.url.replace('http', 'ws')}/ws/logs/${run}`, headers);
    expect(await after.closed).toMatchObject({ code: 1000 });
    expect(messagesOf(after)).toEqual(await at.logOf(run));
    expect(messagesOf(after).slice(0, messagesOf(before).length)).toEqual(messagesOf(before));
    expect(messagesOf(after).at(-1)).toBe('Interrupted');
    expect(after.messages.at(-1)).toMatchObject({ type: 'status', run_id: run, status: 'failed' });
    again.signal('SIGTERM');
    await again.ended;
  });
});

describe('a command that follows a run in the server', () => {
  test('prints every log line once and in order, then the run, and ends as soon as the run does', async () => {
    const at = slowPlace();
    const server = await startServer(at.data);
    const job = await at.start();
    const { post, get, close } = apiOnSocket(at.data, 'dynamight.sock');
    await post(`/api/jobs/${job}/cancel`);
    while ((await get<RunView>(`/api/runs/${job}`)).status !== 'cancelled') await Bun.sleep(20);
    const command = at.backup('--json');
    await command.says('"message":"src/a0"');
    await post('/api/jobs/1/cancel');
    expect(await command.ended).toBe(130);
    const printed = command
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const run = printed.at(-1);
    expect(run).toEqual(await get(`/api/runs/${run.id}`));
    expect(printed.filter(({ type }) => type === 'log').map(({ message }) => message)).toEqual(await at.logOf(run.id));
    expect(printed.some(({ type, phase }) => type === 'progress' && phase === 'transferring')).toBe(true);
    close();
    server.signal('SIGTERM');
    await server.ended;
  });

  test('tells how it was interrupted when the server is killed and comes back at once', async () => {
    const at = slowPlace();
    const server = await startServer(at.data);
    const { post, close } = apiOnSocket(at.data, 'dynamight.sock');
    await post(`/api/jobs/${await at.start()}/cancel`);
    close();
    const command = at.backup('--json');
    await command.says('"message":"src/a0"');
    server.signal('SIGKILL');
    await server.ended;
    const again = await startServer(at.data);
    expect(await command.ended).toBe(1);
    expect(JSON.parse(command.stdout().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      status: 'failed',
      reason: 'interrupted',
    });
    expect(command.stderr()).toContain('The run was interrupted');
    again.signal('SIGTERM');
    await again.ended;
  });
});
