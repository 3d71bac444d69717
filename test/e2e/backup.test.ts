import { describe, expect, test } from 'bun:test';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { apiOnSocket } from '../../src/cli/client.ts';
import type { JobView, RunView } from '../../src/features/backups/schema.ts';
import { runProgram, type StartOptions, startAtTerminal, startProgram, startServer } from '../harness/program.ts';
import { tempDir } from '../harness/temp.ts';

/** A source with files, an empty place for the backup, a data folder of its own. */
function place(files: Record<string, string> = { 'a.txt': 'one', 'sub/b.txt': 'two', 'sub/c.txt': 'three' }) {
  const base = tempDir('backup');
  const [src, dst, data] = ['src', 'dst', 'data'].map((name) => join(base, name)) as [string, string, string];
  for (const [path, text] of Object.entries(files)) write(join(src, path), text);
  mkdirSync(src, { recursive: true });
  mkdirSync(dst);
  const args = (...words: string[]) => ['backup', '--data-dir', data, ...words];
  return {
    base,
    src,
    dst,
    data,
    args,
    run: (words: string[], options: StartOptions = {}) => runProgram(args(...words), options),
    /** Through the socket, while something owns the folder. */
    api: () => apiOnSocket(data, 'dynamight.sock'),
  };
}

function write(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

const found = (dir: string): number =>
  Number(
    execFileSync('sh', ['-c', 'find "$1" -name .dynamight -prune -o -type f -print | wc -l', 'sh', dir]).toString(),
  );
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
const runOf = (stdout: string): RunView => JSON.parse(lastLine(stdout)) as RunView;

/** A job whose run takes half a minute when nobody stops it. */
async function slowJob({ src, dst, api }: ReturnType<typeof place>): Promise<JobView> {
  write(join(src, 'big'), 'x'.repeat(3_000_000));
  const { post, close } = api();
  const job = await post<JobView>('/api/jobs', {
    name: 'slow',
    source_dirs: [src],
    destination_type: 'local',
    destination_config: { mount_point: dst, backup_subdir: '', auto_mount: false, auto_unmount: false },
    sync_options: { bandwidth_limit_kbps: 100 },
    extra_paths: [src, dst],
  });
  close();
  return job;
}

/** The same on a folder that nobody owns afterwards. */
async function slowJobAlone(at: ReturnType<typeof place>): Promise<void> {
  const server = await startServer(at.data);
  await slowJob(at);
  server.signal('SIGTERM');
  await server.ended;
}

describe('backing up a folder', () => {
  test('copies everything, says how much, and finds nothing to do the second time', async () => {
    const { src, dst, run } = place();
    const first = await run([src, dst]);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^Backed up 3 files \(11 B\) in .* to .*\/dst\. Everything was written and checked\.\n$/),
    ]);
    expect(found(dst)).toBe(3);
    expect(readFileSync(join(dst, 'src/sub/b.txt'), 'utf8')).toBe('two');

    const second = await run([src, dst]);
    expect([second.code, second.stdout, second.stderr]).toEqual([0, 'Nothing to do: 3 files are up to date.\n', '']);

    appendFileSync(join(src, 'a.txt'), '+');
    const third = await run([src, dst, '--json']);
    expect([third.code, runOf(third.stdout)]).toMatchObject([
      0,
      { files_transferred: 1, bytes_transferred: 4, status: 'completed' },
    ]);
  });

  test('in JSON prints one object per line, the run as the API answers it last, and nothing else', async () => {
    const { src, dst, run, data, api } = place();
    const { stdout } = await run([src, dst, '--json']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(lines.slice(0, -1).map(({ type }) => type))).toEqual(new Set(['progress', 'log']));
    const logged = lines.filter(({ type }) => type === 'log').map(({ message }) => message);
    expect(logged).toEqual(expect.arrayContaining(['src/a.txt', 'src/sub/b.txt', 'src/sub/c.txt']));
    const server = await startServer(data);
    const { get, close } = api();
    expect(lines.at(-1)).toEqual(await get('/api/runs/1'));
    close();
    server.signal('SIGTERM');
    await server.ended;
  });

  test('is one job, however its folders are spelled, and another call another job', async () => {
    const { base, src, dst, run, data } = place();
    symlinkSync(src, join(base, 'link'));
    await run([src, join(dst, 'new')]);
    const again = await run([`${base}/dst/../src/`, 'new'], { cwd: dst });
    const linked = await run([join(base, 'link'), join(dst, 'new')]);
    expect([again.stdout, linked.stdout].map((text) => text.slice(0, 14))).toEqual([
      'Nothing to do:',
      'Nothing to do:',
    ]);
    mkdirSync(join(base, 'other'));
    write(join(base, 'other/x'), 'x');
    expect((await run([src, join(base, 'other'), join(dst, 'new2')])).code).toBe(0);
    const jobs = await jobsOf(data);
    expect(jobs.map(({ name, destination_config: to }) => [name, to['backup_subdir']])).toEqual([
      [`${src} to ${dst}/new`, 'new'],
      [`${src} to ${dst}/new2`, 'new2'],
    ]);
  });

  test('under a name that belongs to other folders runs nothing', async () => {
    const { base, src, dst, run } = place();
    expect((await run([src, dst, '--name', 'Photos'])).code).toBe(0);
    mkdirSync(join(base, 'empty'));
    const other = await run([src, join(base, 'empty'), '--name', 'Photos']);
    expect([other.code, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toContain(`The job "Photos" backs up ${src} to ${dst}. Nothing was run.`);
    expect(readdirSync(join(base, 'empty'))).toEqual([]);
  });

  test('that fails a check makes no job', async () => {
    const { base, src, dst, run, data } = place();
    const refused: [string[], string][] = [
      [[join(base, 'missing'), dst], 'does not exist'],
      [[join(src, 'a.txt'), dst], 'is a file'],
      [[src, join(base, 'no/such/place')], 'Is the drive mounted?'],
      [[src, join(src, 'sub/inside')], 'lie in one another'],
      [[src, '--exclude', 'a\nb', dst], 'control'],
    ];
    for (const [words, text] of refused) {
      const { code, stdout, stderr } = await run(words);
      expect([words.at(-1), code, stdout, stderr]).toEqual([words.at(-1), 1, '', expect.stringContaining(text)]);
    }
    expect(await jobsOf(data)).toEqual([]);
  });

  test('dry tells what it would do and writes nothing', async () => {
    const { src, dst, run } = place();
    const { code, stdout } = await run([src, dst, '--dry-run']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('would copy 3 files (11 B). Nothing was changed.')]);
    expect(readdirSync(dst)).toEqual([]);
    expect((await run([src, dst])).stdout).toStartWith('Backed up 3 files');
  });

  test('keeps the options of the call that made it, and takes others for one run', async () => {
    const { src, dst, run } = place({ keep: '1', 'skip.tmp': '2', other: '3' });
    await run([src, dst, '--exclude', '*.tmp', '--delete']);
    expect(readdirSync(join(dst, 'src')).sort()).toEqual(['keep', 'other']);
    rmSync(join(src, 'other'));
    const second = await run([src, dst]);
    expect(second.stderr).toContain(
      'removes from the backup what the sources do not have any more, and leaves out *.tmp',
    );
    expect(readdirSync(join(dst, 'src'))).toEqual(['keep']);
    const third = await run([src, dst, '--exclude=nothing']);
    expect([third.code, readdirSync(join(dst, 'src')).sort()]).toEqual([0, ['keep', 'skip.tmp']]);
  });
});

describe('a backup that must not go on', () => {
  test('keeps what is there when the source was emptied, and goes on with exactly the command it prints', async () => {
    const { src, dst, run } = place();
    await run([src, dst]);
    rmSync(src, { recursive: true });
    mkdirSync(src);
    const stopped = await run([src, dst, '--delete']);
    expect([stopped.code, stopped.stdout, found(dst)]).toEqual([1, '', 3]);
    // First that the source is empty, then that everything would be deleted: each is asked for once.
    let asked = stopped.stderr;
    for (const finding of ['is empty now', 'delete']) {
      expect(asked).toContain(finding);
      const command = lastLine(asked).trim();
      expect(command).toMatch(/ backup --delete .*--confirm=\S+$/);
      if (finding === 'delete') expect(asked).toMatch(/^It would delete from the backup:\n {2}src\//m);
      const { stderr, status } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
      expect([finding, status]).toEqual([finding, finding === 'delete' ? 0 : 1]);
      asked = stderr;
    }
    expect(found(dst)).toBe(0);
  });

  test('names the files that could not be copied, says what to do and ends with 3', async () => {
    const { src, dst, run } = place();
    await run([src, dst]);
    execFileSync('chattr', ['+i', join(dst, 'src/a.txt')]);
    try {
      write(join(src, 'a.txt'), 'changed');
      write(join(src, 'new.txt'), 'new');
      const { code, stdout, stderr } = await run([src, dst]);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('1 file could not be backed up. The rest is: 1 file (3 B) copied');
      expect(stderr).toMatch(/^ {2}error: src\/a\.txt: /m);
    } finally {
      execFileSync('chattr', ['-i', join(dst, 'src/a.txt')]);
    }
  });

  test('can be cancelled with Ctrl-C, and the next one goes on', async () => {
    const at = place();
    await slowJobAlone(at);
    const screen = startAtTerminal(at.args(at.src, at.dst));
    await screen.shows('copying');
    screen.type('\u0003');
    expect(await screen.ended).toBe(130);
    expect(screen.shown()).toContain('Cancelled.');
    expect(existsSync(join(at.dst, 'src/big'))).toBe(false);
    expect(await childrenOf(at.dst)).toEqual([]);
    rmSync(join(at.src, 'big'));
    expect((await at.run([at.src, at.dst])).code).toBe(0);
  });

  test('shows its progress on one line that is gone at the end', async () => {
    const { src, dst, args } = place();
    const screen = startAtTerminal(args(src, dst));
    expect(await screen.ended).toBe(0);
    expect(screen.shown()).toMatch(/Backed up 3 files/);
    const shownLines = screen
      .shown()
      .split('\n')
      .map((line) => line.split('\r').at(-1) ?? '');
    expect(shownLines.some((line) => line.includes('copying'))).toBe(false);
  });
});

describe('beside another owner of the data folder', () => {
  test('the server does the work, and the command shows it', async () => {
    const { src, dst, run, data } = place();
    const server = await startServer(data);
    const { code, stdout } = await run([src, dst]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Backed up 3 files')]);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect((await run([src, dst])).stdout).toStartWith('Nothing to do');
  });

  test('Ctrl-C at the command cancels the run in the server, which stays', async () => {
    const at = place();
    const server = await startServer(at.data);
    const job = await slowJob(at);
    const command = startProgram(at.args(at.src, at.dst));
    await untilRunning(at, job);
    command.signal('SIGINT');
    expect(await command.ended).toBe(130);
    const { get, close } = at.api();
    expect(await get<RunView>('/api/runs/1')).toMatchObject({ status: 'cancelled' });
    close();
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('a second Ctrl-C ends the command at once, whatever the server does', async () => {
    const at = place();
    const server = await startServer(at.data);
    const job = await slowJob(at);
    const command = startProgram(at.args(at.src, at.dst));
    await untilRunning(at, job);
    server.signal('SIGSTOP');
    command.signal('SIGINT');
    await command.says('Press Ctrl-C again');
    command.signal('SIGINT');
    expect(await command.ended).toBe(130);
    server.signal('SIGCONT');
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('a server that dies under the command is told, with what to do', async () => {
    const at = place();
    const server = await startServer(at.data);
    const job = await slowJob(at);
    const command = startProgram(at.args(at.src, at.dst));
    await untilRunning(at, job);
    server.signal('SIGKILL');
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toContain('The server ended while this command was waiting');
    expect(command.stdout()).toBe('');
  });

  test('a command stays for a run that another one started through it, and both tell their own', async () => {
    const at = place();
    await slowJobAlone(at);
    const owner = startProgram(at.args(at.src, at.dst, '--json'));
    await owner.says('"phase":"transferring"');
    write(join(at.base, 'second/x'), 'x');
    mkdirSync(join(at.base, 'dst2'));
    const guest = startProgram(at.args(join(at.base, 'second'), join(at.base, 'dst2')));
    await guest.says('Made the job');
    const busy = await runProgram(at.args(at.src, at.dst));
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('already running')]);
    owner.signal('SIGINT');
    expect(await guest.ended).toBe(0);
    expect(guest.stdout()).toContain('Backed up 1 file');
    expect(await owner.ended).toBe(130);
    expect(runOf(owner.stdout())).toMatchObject({ status: 'cancelled' });
  });

  test('a server told to stop ends the run, says why, and leaves nothing half written', async () => {
    const at = place();
    const server = await startServer(at.data);
    const job = await slowJob(at);
    const command = startProgram(at.args(at.src, at.dst));
    await untilRunning(at, job);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(await command.ended).toBe(1);
    expect(existsSync(join(at.dst, 'src/big'))).toBe(false);
    const again = await startServer(at.data);
    const { get, close } = at.api();
    expect(await get<RunView>('/api/runs/1')).toMatchObject({ status: 'failed', reason: 'interrupted' });
    close();
    again.signal('SIGTERM');
    await again.ended;
  });
});

async function jobsOf(data: string): Promise<JobView[]> {
  const server = await startServer(data);
  const { get, close } = apiOnSocket(data, 'dynamight.sock');
  const jobs = await get<JobView[]>('/api/jobs');
  close();
  server.signal('SIGTERM');
  await server.ended;
  return jobs;
}

async function untilRunning({ api }: ReturnType<typeof place>, { id }: JobView): Promise<void> {
  const { get, close } = api();
  for (;;) {
    const [run] = await get<RunView[]>(`/api/jobs/${id}/runs`);
    if (run?.phase === 'transferring') break;
    if (run && run.status !== 'pending' && run.status !== 'running') throw new Error(`the run is ${run.status}`);
    await Bun.sleep(50);
  }
  close();
}

/** Processes that still work at a folder. */
async function childrenOf(dir: string): Promise<string[]> {
  const { stdout } = spawnSync('sh', ['-c', 'grep -l -z -F -- "$1" /proc/[0-9]*/cmdline 2>/dev/null', 'sh', dir], {
    encoding: 'utf8',
  });
  const files = stdout.split('\n').filter((line) => line !== '');
  return files.flatMap((file) => {
    try {
      const text = readFileSync(file, 'latin1');
      return text.startsWith('rsync') || text.includes('/rsync\0') ? [text] : [];
    } catch {
      return [];
    }
  });
}
