import type { Content } from '../driver.ts';
import { StorageError } from '../errors.ts';
import {
  allOf,
  type Check,
  type CheckContext,
  failureOf,
  get,
  insist,
  insistReason,
  insistRejects,
  insistSame,
  insistSample,
  listed,
  namesIn,
  overheard,
  put,
  sampleContent,
  sideBySide,
} from './context.ts';

const never = (): Promise<never> => new Promise(() => {});

/** Sizes that are sent in each of the driver's ways. */
const waysToSend = ({ sizes }: CheckContext): number[] => [100_000, sizes.largeBytes];

/** A content whose last bytes come only after `before` has ended. */
const lastBytesAfter = (content: Content, before: () => Promise<void>): Content =>
  overheard(content, async (offset, length) => {
    if (offset + length === content.size) await before();
  });

async function oldOrNew(context: CheckContext): Promise<void> {
  for (const size of waysToSend(context)) {
    const path = `${context.folder}/${size}`;
    await put(context, path, sampleContent(size, 1));
    let looked = 0;
    const content = lastBytesAfter(sampleContent(size + 1, 2), async () => {
      if (looked > 0) return;
      looked += 1;
      insistSame((await listed(context, path)).size, size, `${path}: size listed while it is replaced`);
      await insistSample(context, path, size, 1);
    });
    await put(context, path, content);
    insistSame(looked, 1, 'looks while the file was replaced');
    await insistSample(context, path, size + 1, 2);
    insistSame(await namesIn(context, context.folder), [`${size}`], 'what lies there afterwards');
    await context.driver.remove(path, context.signal);
  }
}

/** Nothing of a write that failed may be seen. */
async function keepsOld(context: CheckContext, fail: (path: string, content: Content) => Promise<void>): Promise<void> {
  const { folder, driver, signal } = context;
  for (const size of waysToSend(context)) {
    const [kept, fresh] = [`${folder}/kept-${size}`, `${folder}/fresh-${size}`];
    await put(context, kept, 'old');
    for (const path of [kept, fresh]) await fail(path, sampleContent(size));
    insistSame((await get(context, kept)).toString(), 'old', `${kept}: content after a write that failed`);
    insistSame(await driver.stat(fresh, signal), null, `${fresh}: after a write that failed`);
    insistSame(await namesIn(context, folder), [`kept-${size}`], 'what lies there after writes that failed');
    await driver.remove(kept, signal);
  }
}

async function failingSource(context: CheckContext): Promise<void> {
  await keepsOld(context, async (path, content) => {
    const problem = new StorageError('source', 'The file could not be read.');
    const failing = lastBytesAfter(content, () => Promise.reject(problem));
    await insistRejects(put(context, path, failing), ['source'], `${path}: a source that failed`);
  });
}

async function aborted(context: CheckContext): Promise<void> {
  await keepsOld(context, async (path, content) => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const stuck = lastBytesAfter(content, () => {
      controller.abort(reason);
      return never();
    });
    const thrown = await failureOf(put(context, path, stuck, { signal: controller.signal }));
    insistReason(thrown, reason, `${path}: an aborted write`);
  });
}

async function abortedBefore(context: CheckContext): Promise<void> {
  const { driver, folder } = context;
  await put(context, `${folder}/file`, 'old');
  const reason = new Error('stop');
  const signal = AbortSignal.abort(reason);
  const calls: Record<string, () => Promise<unknown>> = {
    list: () => driver.list(folder, signal),
    stat: () => driver.stat(`${folder}/file`, signal),
    read: () => driver.read(`${folder}/file`, {}, signal),
    write: () => put({ driver, signal }, `${folder}/file`, 'new'),
    remove: () => driver.remove(`${folder}/file`, signal),
    removeFolder: () => driver.removeFolder(folder, signal),
    makeFolder: () => driver.makeFolder(`${folder}/made`, signal),
    move: () => driver.move(`${folder}/file`, `${folder}/moved`, signal),
    space: () => driver.space(signal),
    probe: () => driver.probe(signal),
  };
  if (driver.copy) calls['copy'] = async () => driver.copy?.(`${folder}/file`, `${folder}/copied`, signal);
  if (driver.removeMany) calls['removeMany'] = async () => driver.removeMany?.([`${folder}/file`], signal);
  if (driver.listBelow)
    calls['listBelow'] = async () => {
      for await (const _ of driver.listBelow?.(folder, signal) ?? []) continue;
    };
  for (const [name, call] of Object.entries(calls)) {
    insistReason(await failureOf(call()), reason, `${name} after an abort`);
  }
  insistSame((await get(context, `${folder}/file`)).toString(), 'old', 'the file');
  insistSame(await namesIn(context, folder), ['file'], 'what lies there');
}

export const safetyChecks: readonly Check[] = [
  { name: 'whoever reads while a file is replaced gets the old one or the new one', run: oldOrNew },
  { name: 'a source that fails leaves the old file, and nothing new', run: failingSource },
  { name: 'an abort in the middle of a write leaves the old file, and nothing new', run: aborted },
  { name: 'a call that was aborted before does nothing and rejects with the reason', run: abortedBefore },
  {
    name: 'a reader that began before a file was replaced never gets a mix',
    async run(context) {
      const path = `${context.folder}/file`;
      const size = context.sizes.largeBytes;
      await put(context, path, sampleContent(size, 1));
      const reader = (await context.driver.read(path, {}, context.signal)).getReader();
      const first = (await reader.read()).value ?? new Uint8Array();
      await put(context, path, sampleContent(size, 2));
      const rest = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      });
      const bytes = await allOf(rest).catch(() => null); // an error is an honest answer
      if (bytes === null) return;
      const all = Buffer.concat([first, bytes]);
      const old = await sampleContent(size, 1).read(0, size);
      insist(all.equals(old), 'a stream that ended well was neither the old file nor an error');
    },
  },
  {
    name: 'a read that is aborted ends with the reason, and one that is given up troubles nobody',
    async run(context) {
      const { driver, folder, sizes } = context;
      await put(context, `${folder}/file`, sampleContent(sizes.largeBytes));
      const controller = new AbortController();
      const reason = new Error('stop');
      const reader = (await driver.read(`${folder}/file`, {}, controller.signal)).getReader();
      let got = (await reader.read()).value?.byteLength ?? 0;
      controller.abort(reason);
      const drain = async () => {
        for (let step = await reader.read(); !step.done; step = await reader.read()) got += step.value.byteLength;
      };
      const thrown = await failureOf(drain());
      // What was already here may be handed out; a part that ends as if it were whole may not.
      if (thrown !== null || got !== sizes.largeBytes) insistReason(thrown, reason, 'a stream after an abort');
      const given = await driver.read(`${folder}/file`, {}, context.signal);
      await given.cancel();
      await insistSample(context, `${folder}/file`, sizes.largeBytes, 1);
    },
  },
  {
    name: 'writing the same again is fine',
    async run(context) {
      for (let round = 0; round < 3; round += 1) await put(context, `${context.folder}/file`, 'same');
      insistSame((await get(context, `${context.folder}/file`)).toString(), 'same', 'the file');
      insistSame(await namesIn(context, context.folder), ['file'], 'what lies there');
    },
  },
  {
    name: 'as many writers side by side as it claims do not disturb each other',
    async run(context) {
      const { driver, folder } = context;
      const width = driver.capabilities.parallelWrites;
      const seeds = Array.from({ length: width * 2 }, (_, n) => n + 1);
      await sideBySide(seeds, width, (seed) => put(context, `${folder}/${seed}`, sampleContent(10_000 + seed, seed)));
      await sideBySide(seeds, width, (seed) => insistSample(context, `${folder}/${seed}`, 10_000 + seed, seed));
    },
  },
  {
    name: 'writers of one file leave one of them, whole',
    async run(context) {
      const { driver, signal, folder } = context;
      const seeds = [1, 2, 3, 4];
      await Promise.all(seeds.map((seed) => put(context, `${folder}/file`, sampleContent(50_000 + seed, seed))));
      insistSame(await namesIn(context, folder), ['file'], 'what lies there');
      const size = (await driver.stat(`${folder}/file`, signal))?.size ?? 0;
      await insistSample(context, `${folder}/file`, size, size - 50_000);
    },
  },
];
