import type { StorageDriver } from '../driver.ts';
import {
  type Check,
  type CheckContext,
  get,
  insist,
  insistRejects,
  insistSame,
  insistSample,
  namesIn,
  overheard,
  put,
  sampleContent,
} from './context.ts';

type Transport = (driver: StorageDriver, from: string, to: string, signal: AbortSignal) => Promise<void>;
const move: Transport = (driver, from, to, signal) => driver.move(from, to, signal);
const copy: Transport = async (driver, from, to, signal) => driver.copy?.(from, to, signal);

async function transports(context: CheckContext, transport: Transport, keeps: boolean): Promise<void> {
  const { driver, signal, folder, sizes } = context;
  const text = async (name: string) => (await get(context, `${folder}/${name}`)).toString();
  for (const name of ['a', 'b', 'c']) await put(context, `${folder}/${name}`, name);
  const before = await driver.stat(`${folder}/a`, signal);

  await transport(driver, `${folder}/a`, `${folder}/new/deep/a`, signal);
  insistSame(await text('new/deep/a'), 'a', 'the file in a folder made on the way');
  const after = await driver.stat(`${folder}/new/deep/a`, signal);
  insistSame(after?.mtimeNs, before?.mtimeNs, 'its time of change');

  await transport(driver, `${folder}/b`, `${folder}/c`, signal);
  insistSame(await text('c'), 'b', 'the file that was replaced');
  insistSame(await namesIn(context, folder), keeps ? ['a', 'b', 'c', 'new'] : ['c', 'new'], 'what lies there');

  await insistRejects(
    transport(driver, `${folder}/missing`, `${folder}/c`, signal),
    ['not_found'],
    'of a missing file',
  );
  insistSame(await text('c'), 'b', 'what a missing file was to replace');

  const oddest = `${folder}/ä %41+&#?'"`;
  const odd = driver.capabilities.pathProblem(oddest) === null ? oddest : `${folder}/ä %41+&#'`;
  await put(context, odd, 'odd');
  await transport(driver, odd, `${odd} 2`, signal);
  insistSame((await get(context, `${odd} 2`)).toString(), 'odd', 'a file with an odd name');

  await put(context, `${folder}/large`, sampleContent(sizes.largeBytes, 5));
  await transport(driver, `${folder}/large`, `${folder}/large 2`, signal);
  await insistSample(context, `${folder}/large 2`, sizes.largeBytes, 5);
}

interface Slot {
  load(): unknown;
  save(state: unknown): void;
  clear(): void;
  /** How often something was saved. */
  saves: number;
}

/** As a database keeps it: what comes out is what JSON made of what went in. */
function slotOf(first?: unknown): Slot {
  let kept = first === undefined ? null : JSON.stringify(first);
  return {
    saves: 0,
    load: () => (kept === null ? null : JSON.parse(kept)),
    save(state) {
      this.saves += 1;
      kept = JSON.stringify(state);
    },
    clear() {
      kept = null;
    },
  };
}

async function goesOn(context: CheckContext): Promise<void> {
  const { folder, sizes, signal } = context;
  const [path, size] = [`${folder}/large`, sizes.largeBytes];
  const resume = slotOf();
  let arrived = 0;
  const cut = overheard(sampleContent(size, 3), async (offset, length) => {
    if (offset + length > size * 0.6) throw new Error('the process died here');
  });
  const first = await context.open();
  const onProgress = (bytes: number) => {
    arrived = bytes;
  };
  const thrown = await put({ driver: first, signal }, path, cut, { resume, onProgress }).catch(
    (error: unknown) => error,
  );
  await first.close();
  insist(thrown instanceof Error, 'a write whose source died at 60 % did not reject');
  insist(resume.saves > 0, 'nothing was remembered of an upload that died at 60 %');
  insist(arrived >= size * 0.6 - 2 * sizes.partBytes, `only ${arrived} of ${size} bytes counted as arrived at 60 %`);

  let [sent, firstTold] = [0, -1];
  const counted = overheard(sampleContent(size, 3), async (_, length) => {
    sent += length;
  });
  const second = await context.open();
  await put({ driver: second, signal }, path, counted, {
    resume,
    onProgress: (bytes) => {
      if (firstTold === -1) firstTold = bytes;
    },
  });
  await second.close();
  const most = size - arrived + sizes.partBytes + (sizes.readsAgain ? arrived : 0);
  insist(sent <= most, `it read ${sent} bytes again to send the last ${size - arrived} of ${size} (at most ${most})`);
  insist(firstTold >= arrived, `progress began again at ${firstTold}, and ${arrived} bytes had arrived`);
  insistSame(resume.load(), null, 'what is remembered after the end');
  await insistSample(context, path, size, 3);
  insistSame(await namesIn(context, folder), ['large'], 'what lies there');
}

async function survivesStaleState(context: CheckContext): Promise<void> {
  const { folder, sizes } = context;
  const size = sizes.largeBytes;
  const real = slotOf();
  const dying = overheard(sampleContent(size, 1), async (offset) => {
    if (offset > size * 0.6) throw new Error('the process died here');
  });
  await put(context, `${folder}/other`, dying, { resume: real }).catch(() => null);
  const foreign = real.load();
  // The upload it speaks of ends elsewhere, so that the service knows it no more.
  await put(context, `${folder}/other`, sampleContent(size, 1), { resume: real });
  const states: unknown[] = ['nonsense', 7, {}, [], { uploadId: 'gone', url: 'x', parts: 3, offset: -1 }, foreign];
  for (const [index, state] of states.entries()) {
    const path = `${folder}/file-${index}`;
    const resume = slotOf(state);
    await put(context, path, sampleContent(size, index + 2), { resume });
    await insistSample(context, path, size, index + 2);
    insistSame(resume.load(), null, `${path}: what is remembered after the end`);
    await context.driver.remove(path, context.signal);
  }
  await insistSample(context, `${folder}/other`, size, 1);
}

const noResume: Check['without'] = (capabilities) => (capabilities.resumes ? null : 'its uploads begin anew');

export const movingChecks: readonly Check[] = [
  {
    name: 'moving takes a file to where it shall be, in the place of what was there',
    run: (context) => transports(context, move, false),
  },
  {
    name: 'copying leaves both, in the place of what was there',
    without: (capabilities) => (capabilities.copy ? null : 'the service copies nothing'),
    run: (context) => transports(context, copy, true),
  },
  {
    name: 'a large upload that died goes on in the next process and sends nothing twice',
    without: noResume,
    run: goesOn,
  },
  {
    name: 'what is remembered of an upload may be stale, foreign or nonsense',
    without: noResume,
    run: survivesStaleState,
  },
];
