import { type Check, get, insist, insistSame, put } from './context.ts';

/** What concerns the driver as a whole. */
export const wholeChecks: readonly Check[] = [
  {
    name: 'a probe answers plain values that a person can read',
    async run({ driver, signal }) {
      const told = Object.entries(await driver.probe(signal));
      for (const [name, value] of told)
        insist(
          value === null || ['string', 'number', 'boolean'].includes(typeof value),
          `the probe's ${name} is no plain value`,
        );
    },
  },
  {
    name: 'room is told in bytes, or not at all',
    async run({ driver, signal }) {
      const space = await driver.space(signal);
      if (space === null) return;
      const { totalBytes, freeBytes } = space;
      for (const bytes of [totalBytes, freeBytes])
        insist(bytes === null || (Number.isFinite(bytes) && bytes >= 0), `room of ${bytes} bytes`);
      if (totalBytes !== null && freeBytes !== null)
        insist(freeBytes <= totalBytes, `${freeBytes} bytes free of ${totalBytes}`);
    },
  },
  {
    name: 'what is claimed is there: optional methods and numbers',
    async run({ driver }) {
      const { capabilities } = driver;
      insistSame(driver.listBelow !== undefined, capabilities.flat, 'listBelow against `flat`');
      insistSame(driver.removeMany !== undefined, capabilities.bulkRemove, 'removeMany against `bulkRemove`');
      insistSame(driver.copy !== undefined, capabilities.copy, 'copy against `copy`');
      insist(capabilities.parallelWrites >= 1 && capabilities.parallelLists >= 1, 'nothing is allowed side by side');
      insistSame(capabilities.pathProblem('folder/plain name.txt'), null, 'an ordinary path');
    },
  },
  {
    name: 'closing ends it, also while nothing was done, and what was written stays',
    async run(context) {
      const path = `${context.folder}/file`;
      const one = await context.open();
      await put({ driver: one, signal: context.signal }, path, 'x');
      await one.close();
      await (await context.open()).close();
      insistSame((await get(context, path)).toString(), 'x', path);
    },
  },
];
