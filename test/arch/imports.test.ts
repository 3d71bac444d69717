import { describe, expect, test } from 'bun:test';
import { importProblems, importsOf } from './imports.ts';
import { readSources } from './sources.ts';

/** Problems of a house of these files; what they import is there, too, unless the file says otherwise. */
const problemsOf = (files: Record<string, string>) => importProblems(new Map(Object.entries(files)));
const one = (from: string, statement: string) => problemsOf({ [from]: statement });

test('the house is built as planned', () => {
  const sources = readSources('src/**/*.ts', 'ui/src/**/*.{ts,tsx}');
  expect(sources.size).toBeGreaterThan(50);
  expect(importProblems(sources)).toEqual([]);
});

describe('imports are found in', () => {
  test.each([
    ["import a from './b.ts';", false, []],
    ["import './b.ts';", false, []],
    ["import * as b from './b.ts';", false, []],
    ["import { a, type B as C } from './b.ts';", false, ['a', 'B']],
    ["import {\n  type A,\n  type B,\n} from './b.ts';", true, ['A', 'B']],
    ["import type { A } from './b.ts';", true, ['A']],
    ["export { a } from './b.ts';", false, ['a']],
    ["export type { A } from './b.ts';", true, ['A']],
    ["const b = await import('./b.ts');", false, []],
  ])('%s', (text, typeOnly, names) => {
    expect(importsOf('src/lib/a.ts', `// first line\n${text}`)).toMatchObject([
      { to: 'src/lib/b.ts', line: 2, typeOnly, names },
    ]);
  });

  test('statements, not in comments or in text', () => {
    const text = "// import './b.ts';\n *  import('./b.ts')\nexport const x = 'from ./b.ts';\n";
    expect(importsOf('src/lib/a.ts', text)).toEqual([]);
  });
});

describe('nobody may', () => {
  test.each([
    ['import upwards', 'src/lib/a.ts', "import { x } from '../core/b.ts';", 'lib is below core'],
    ['import a sibling layer', 'src/http/a.ts', "import type { X } from '../db/b.ts';", 'siblings'],
    ['import the tests', 'src/lib/a.ts', "import { x } from '../../test/b.ts';", 'nothing outside src'],
    ['open a layer of their own', 'src/things/a.ts', "import { x } from '../lib/b.ts';", 'no layer of the house'],
    [
      'import a feature that is not on the list',
      'src/features/auth/a.ts',
      "import '../backups/b.ts';",
      'no other feature',
    ],
    ['import a feature against the list', 'src/features/credentials/a.ts', "import '../providers/b.ts';", 'no other'],
    ['import another driver', 'src/storage/drivers/s3/a.ts', "import '../sftp/b.ts';", 'another driver'],
    ['use bun: in a table', 'src/features/auth/table.ts', "import { Database } from 'bun:sqlite';", 'drizzle-kit'],
    [
      'read a table beside its store',
      'src/features/auth/service.ts',
      "import { users } from './table.ts';",
      'store.ts',
    ],
    [
      'query the table of another room',
      'src/features/backups/jobs.store.ts',
      "import { credentials } from '../credentials/table.ts';",
      'only features/credentials/store.ts',
    ],
    ['write SQL in a service', 'src/features/auth/service.ts', "import { eq } from 'drizzle-orm';", 'SQL lives in'],
    ['open a database in the kernel', 'src/work/a.ts', "import { Database } from 'bun:sqlite';", 'SQL lives in'],
    ['use Elysia in a service', 'src/features/auth/service.ts', "import { t } from 'elysia';", 'Elysia stays in'],
    ['ask a store from a route', 'src/features/auth/routes.ts', "import type { S } from './store.ts';", 'routes call'],
    [
      'build another room',
      'src/features/files/service.ts',
      "import { createVolumesService } from '../volumes/service.ts';",
      'only app.ts builds',
    ],
    ['run server code in the page', 'ui/src/a.ts', "import { x } from '../../src/core/b.ts';", 'only types'],
  ])('%s', (_, from, statement, problem) => {
    expect(one(from, statement)).toEqual([expect.stringContaining(problem)]);
  });

  test('leave the extension out', () => {
    expect(problemsOf({ 'src/lib/a.ts': "import './b';", 'src/lib/b.ts': '' })).toEqual([
      expect.stringContaining('say the extension'),
    ]);
  });

  test('build a circle of folders, however deep its files lie', () => {
    const problems = problemsOf({
      'src/system/rsync/run.ts': "import '../process/deep/child.ts';",
      'src/system/process/lines.ts': "import '../mounts/list.ts';",
      'src/system/mounts/inner/find.ts': "import '../../rsync/args.ts';",
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('folders below src/system import each other in a circle');
    expect(problems[0]).toContain('src/system/rsync/run.ts:1 → src/system/process/deep/child.ts');
  });
});

describe('everybody may', () => {
  test.each([
    ['import downwards', 'src/features/auth/service.ts', "import { x } from '../../core/b.ts';"],
    ['import a feature of the list', 'src/features/backups/service.ts', "import { x } from '../settings/service.ts';"],
    ['name the table of a feature of the list', 'src/features/backups/table.ts', "import '../credentials/table.ts';"],
    ['take types from the server', 'ui/src/a.ts', "import type { X } from '../../src/features/auth/schema.ts';"],
    ['test whatever they like', 'src/lib/a.test.ts', "import { x } from '../features/auth/table.ts';"],
  ])('%s', (_, from, statement) => {
    expect(one(from, statement)).toEqual([]);
  });

  test('keep the contract above the folders that fulfil it', () => {
    const files = {
      'src/storage/registry.ts': "import './drivers/s3/driver.ts';",
      'src/storage/drivers/s3/driver.ts': "import '../../driver.ts';",
    };
    expect(problemsOf(files)).toEqual([]);
  });
});
