import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopfs, shutdownFs } from '../../../../test/harness/filesystems.ts';
import { eventually } from '../../../../test/harness/processes.ts';
import { startProgram } from '../../../../test/harness/program.ts';
import { dice, seedFor } from '../../../../test/harness/random.ts';
import { restored } from '../../../../test/harness/restores.ts';
import { scale } from '../../../../test/harness/scale.ts';
import { expectSameTree, snapshotTree } from '../../../../test/harness/snapshot.ts';
import { tempDir } from '../../../../test/harness/temp.ts';
import { buildTree, manySmallFiles } from '../../../../test/harness/trees.ts';
import { restoreSteps } from './context.ts';
import { openRestoreJournal } from './journal.ts';
import type { RestorePolicy } from './model.ts';

const program = join(import.meta.dir, '../../../../test/harness/restore-process.ts');

function lab() {
  const dir = tempDir('resume');
  const [from, root, journal] = ['old', 'new', 'journal'].map((name) => join(dir, name)) as [string, string, string];
  mkdirSync(root);
  buildTree(from, {
    'closed/': { mode: 0o500, mtime: 1000 },
    'closed/a': { content: 'a', mode: 0o400, mtime: 1000 },
    'closed/sub/': { mtime: 2000 },
    'closed/sub/b': { content: 'b', mtime: 3000 },
    'closed/sub/c': { hardlink: 'closed/sub/b' },
    'empty/': { mode: 0o711, mtime: 4000 },
    big: { content: Buffer.alloc(3_000_000, 'big'), mtime: 5000 },
    link: { symlink: 'big', mtime: 6000 },
  });
  const begin = (policy: RestorePolicy, step = 'never', nth = 1) =>
    startProgram([from, root, journal, policy, step, String(nth)], { main: program });
  const goOn = (policy: RestorePolicy) => restored({ from, root, policy, journal: openRestoreJournal(journal) });
  return { from, root, journal, begin, goOn };
}

const leftovers = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.part'));

/** Whatever has its final name is what the version had. */
function expectNothingHalf(from: string, root: string): void {
  const version = snapshotTree(from);
  for (const [path, node] of snapshotTree(root, { skip: (path) => path.includes('.part') }))
    if (node.type === 'file') expect([path, node.sha256]).toEqual([path, version.get(path)?.sha256 as string]);
}

describe('a restore whose process is killed', () => {
  const policies = ['skip', 'overwrite', 'keep_both'] as const;
  const deaths = restoreSteps.flatMap((step) => policies.map((policy) => [step, policy] as const));
  // In the gate each step once, with one policy after the other.
  test.each(deaths.filter((_, n) => scale.long || n % 3 === Math.floor(n / 3) % 3))(
    'at %s with %s leaves nothing half, and goes on to the same end',
    async (step, policy) => {
      const { from, root, journal, begin, goOn } = lab();
      const running = begin(policy, step, step === 'folder_made' ? 2 : 1);
      expect([running.stderr(), await running.ended]).toEqual(['', 137]);
      expectNothingHalf(from, root);
      const { result } = await goOn(policy);
      expect(result.stopped).toBeNull();
      expect(leftovers(root)).toEqual([]);
      expect(existsSync(journal)).toBe(false);
      expectSameTree(from, root);
    },
  );

  test('at any moment does not copy again what is in place', async () => {
    const { from, root, begin, goOn } = lab();
    manySmallFiles(join(from, 'many'), scale.smallFiles, 2000);
    const { next } = dice(seedFor('kill a restore'));
    for (let round = 0; round < scale.killRounds; round += 1) {
      const running = begin('overwrite');
      await Bun.sleep(200 + next(800));
      running.signal('SIGKILL');
      await running.ended;
      expectNothingHalf(from, root);
    }
    const there = [...snapshotTree(root, { skip: (path) => path.includes('.part') }).values()];
    const files = there.filter(({ type }) => type === 'file').length;
    const { result } = await goOn('overwrite');
    expect(result.actions.unchanged).toBeGreaterThanOrEqual(files);
    expect(result.actions.replace).toBe(0);
    expect(leftovers(root)).toEqual([]);
    expectSameTree(from, root);
  }, 120_000);

  test('gets the folder beside a taken name filled, not a second one', async () => {
    const { from, root, begin, goOn } = lab();
    buildTree(root, { closed: 'a file of mine', empty: 'another' });
    const running = begin('keep_both', 'placed', 2);
    expect(await running.ended).toBe(137);
    await goOn('keep_both');
    const stamp = '(restored 2026-01-05 02.00)';
    expect(readdirSync(root).sort()).toEqual(['big', 'closed', `closed ${stamp}`, 'empty', `empty ${stamp}`, 'link']);
    expectSameTree(join(from, 'closed'), join(root, `closed ${stamp}`));
  });
});

test('a power cut leaves nothing half under a name, and the restore goes on', async () => {
  for (const step of ['content_written', 'batch_placed', 'folder_dressed'] as const) {
    const { from, journal } = lab();
    const disk = loopfs({ sizeMiB: 64, type: 'ext4' });
    manySmallFiles(join(from, 'many'), 300, 5000);
    let isCut = false;
    const cut = () => {
      if (!isCut) shutdownFs(disk.path);
      isCut = true;
    };
    const ended = await restored({
      from,
      root: disk.path,
      journal: openRestoreJournal(journal),
      onStep: (now) => void (now === step && cut()),
    });
    expect(ended.result.stopped).not.toBeNull();
    disk.unmount();
    disk.mount();
    expectNothingHalf(from, disk.path);
    const { result } = await restored({ from, root: disk.path, journal: openRestoreJournal(journal) });
    expect(result.stopped).toBeNull();
    expectSameTree(from, disk.path, { skip: (path) => path === 'lost+found' });
  }
}, 60_000);

describe('the journal of a restore', () => {
  test('knows what was begun and not ended, also when its last line is torn', () => {
    const path = join(tempDir('journal'), 'journal');
    const journal = openRestoreJournal(path);
    expect(journal.left).toEqual([]);
    journal.begin('temp', 'a/\xff\n');
    journal.begin('temp', 'b');
    journal.begin('folder', 'a');
    journal.end('temp', 'b');
    journal.close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}["-","fol`);
    const left = openRestoreJournal(path).left.map(({ kind, path: at }) => `${kind} ${at}`);
    expect(left).toEqual(['temp a/\xff\n', 'folder a']);
  });

  test('stays small however much was restored', async () => {
    const path = join(tempDir('journal'), 'journal');
    const journal = openRestoreJournal(path);
    journal.begin('folder', 'open');
    for (let n = 0; n < 40_000; n += 1) {
      journal.begin('temp', `folder/${n}`);
      journal.end('temp', `folder/${n}`);
    }
    expect(readFileSync(path).byteLength).toBeLessThan(1_100_000);
    journal.close();
    await eventually('only what is open is left', () => openRestoreJournal(path).left.length === 1);
    journal.remove();
    expect(existsSync(path)).toBe(false);
  });
});
