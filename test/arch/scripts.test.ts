import { beforeAll, describe, expect, test } from 'bun:test';
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../harness/temp.ts';
import { root } from './sources.ts';

const buildLimitMs = 300_000;

/** A checkout of its own: our scripts around a program of a few lines that tells how it was called. */
const checkout = tempDir('checkout');
const main = join(checkout, 'src/main.ts');
const program = `console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)]));
process.exit(Number(process.argv[2] ?? 0) || 0);\n`;

async function run(args: string[], cwd = '/') {
  const command = [join(checkout, 'scripts/run'), ...args];
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

const builtAt = (): number => statSync(join(checkout, 'dist/dynamight')).mtimeMs;

beforeAll(() => {
  for (const part of ['drizzle', 'scripts', 'package.json', 'package-lock.json'])
    cpSync(join(root, part), join(checkout, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'src'));
  writeFileSync(main, program);
});

describe('./scripts/run', () => {
  test(
    'builds what is missing, once, also when started twice at the same time; stdout is the program’s alone',
    async () => {
      const [a, b] = await Promise.all([run(['0', 'two words']), run(['0'], '/tmp')]);
      expect(a).toMatchObject({ stdout: '["/","0","two words"]\n', exitCode: 0 });
      expect(b).toMatchObject({ stdout: '["/tmp","0"]\n', exitCode: 0 });
      expect((a.stderr + b.stderr).match(/Building dist\/dynamight/g)).toHaveLength(1);
    },
    buildLimitMs,
  );

  test('builds nothing when nothing changed, and says nothing', async () => {
    const before = builtAt();
    expect(await run(['0'])).toEqual({ stdout: '["/","0"]\n', stderr: '', exitCode: 0 });
    expect(builtAt()).toBe(before);
  });

  test('serves when it is told nothing', async () => {
    expect((await run([])).stdout).toBe('["/","serve"]\n');
  });

  test('ends with the exit code of the program', async () => {
    expect((await run(['3'])).exitCode).toBe(3);
  });

  test('builds again after an edit, and not for a new test or a new date', async () => {
    const before = builtAt();
    writeFileSync(join(checkout, 'src/more.test.ts'), '');
    writeFileSync(main, readFileSync(main));
    await run(['0']);
    expect(builtAt()).toBe(before);
    writeFileSync(main, "console.log('edited');\n");
    expect((await run(['0'])).stdout).toBe('edited\n');
  });

  test('a build that fails ends with its error and leaves the last program as it was', async () => {
    const before = builtAt();
    writeFileSync(main, 'import "./not-there.ts";\n');
    const { stdout, stderr, exitCode } = await run(['0']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('not-there.ts');
    expect(builtAt()).toBe(before);
  });
});
