// The checks behind ./scripts/test: types, format, lint, then every test file in a process of its own.
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configNames } from '../../src/config/config.ts';
import { type FileResult, readSummary } from './summary.ts';

const root = join(import.meta.dir, '../..');
const testFiles = new Bun.Glob('{src,ui,test,scripts}/**/*.test.{ts,tsx}');
const slowestShown = 15;

function parseCall() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      options: { long: { type: 'boolean' }, problems: { type: 'string', default: '' } },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: ./scripts/test [--long] [file or folder …]`);
    process.exit(2);
  }
}
const { values: options, positionals } = parseCall();

const testTimeoutMs = options.long ? 600_000 : 60_000;
const fileTimeoutMs = options.long ? 3_600_000 : 600_000;

/** The environment of a person's own server must not reach the programs under test. */
function testEnvironment(): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const name of [...configNames, 'NODE_ENV', 'NODE_OPTIONS']) delete env[name];
  for (const name of Object.keys(env)) if (name.startsWith('DYNAMIGHT_')) delete env[name];
  if (options.long) env['DYNAMIGHT_TEST_LONG'] = '1';
  return env;
}

const env = testEnvironment();
const outputs = mkdtempSync(join(tmpdir(), 'dynamight-gate-'));
process.on('exit', () => rmSync(outputs, { recursive: true, force: true }));
let outputNumber = 0;

const groups = new Set<number>();
function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // nobody is left in it
  }
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    for (const leader of groups) endGroup(leader);
    process.exit(130);
  });

interface Outcome {
  output: string;
  /** null: ended by us, after `limitMs`. */
  exitCode: number | null;
  seconds: number;
}

async function run(command: string[], limitMs: number): Promise<Outcome> {
  const started = performance.now();
  const path = join(outputs, `${(outputNumber += 1)}`);
  const fd = openSync(path, 'a'); // a file, not a pipe: whoever is left behind by the command cannot keep us waiting
  // In a group of its own, so that what it leaves behind can be ended. Not by Bun's --no-orphans: that is inherited by
  // every Bun program below, ours under test included, and its children would then die with it.
  const child = Bun.spawn(command, { cwd: root, env, stdin: 'ignore', stdout: fd, stderr: fd, detached: true });
  closeSync(fd);
  groups.add(child.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, limitMs);
  const exitCode = await child.exited;
  clearTimeout(timer);
  endGroup(child.pid);
  groups.delete(child.pid);
  const took = (performance.now() - started) / 1000;
  return { output: readFileSync(path, 'utf8'), exitCode: late ? null : exitCode, seconds: took };
}

const seconds = (value: number): string => `${value.toFixed(1).padStart(6)} s`;
const failures: string[] = [];
let passed = 0;
let failed = 0;
let skipped = 0;

function fail(name: string, count = 1): void {
  failed += count;
  failures.push(count > 1 ? `${name} (${count})` : name);
}

async function check(name: string, command: string[]): Promise<void> {
  const { output, exitCode, seconds: took } = await run(command, fileTimeoutMs);
  if (exitCode === 0) passed += 1;
  else fail(name);
  console.log(`${exitCode === 0 ? 'ok  ' : 'FAIL'} ${seconds(took)}  ${name}`);
  if (exitCode !== 0) console.log(output);
}

async function testFile(file: string): Promise<FileResult> {
  const {
    output,
    exitCode,
    seconds: took,
  } = await run([process.execPath, 'test', `--timeout=${testTimeoutMs}`, `./${file}`], fileTimeoutMs);
  const result = readSummary(file, output, exitCode, took);
  passed += result.passed;
  skipped += result.skipped;
  if (result.failed > 0) fail(file, result.failed);
  if (result.skipped > 0 && env['CI']) fail(`${file}: skipped tests, which CI does not accept`);
  console.log(`${result.failed > 0 ? 'FAIL' : 'ok  '} ${seconds(took)}  ${file}  ${result.passed} passed`);
  if (result.failed > 0) console.log(output + (result.note ? `\n${file}: ${result.note}\n` : ''));
  return result;
}

/** Test files named by the arguments (files, folders; relative to here or to the checkout); all of them without any. */
function chosenFiles(): string[] {
  const all = [...testFiles.scanSync({ cwd: root })].toSorted();
  const chosen = new Set<string>();
  for (const argument of positionals) {
    const path = [resolve(argument), join(root, argument)].find((candidate) => existsSync(candidate));
    if (path === undefined) fail(`no such file or folder: ${argument}`);
    else {
      const from = relative(root, path);
      const inside = statSync(path).isDirectory() ? (from === '' ? '' : `${from}/`) : from;
      for (const file of all) if (file.startsWith(inside)) chosen.add(file);
    }
  }
  return positionals.length === 0 ? all : [...chosen];
}

/** Each worker takes the next file until none is left. */
async function testAll(files: readonly string[]): Promise<FileResult[]> {
  const results: FileResult[] = [];
  const queue = [...files];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) results.push(await testFile(file));
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  return results;
}

for (const problem of options.problems.split(' ').filter(Boolean)) fail(problem);
if (positionals.length === 0) {
  const bin = join(root, 'node_modules/.bin');
  await check('types (tsc)', [join(bin, 'tsc'), '-p', '.']);
  await check('format (biome)', [join(bin, 'biome'), 'check', '--error-on-warnings']);
  await check('lint (oxlint)', [
    join(bin, 'oxlint'),
    '--type-aware',
    '--deny-warnings',
    'src',
    'ui',
    'test',
    'scripts',
  ]);
}
const results = await testAll(chosenFiles());
if (results.every((result) => result.passed + result.failed === 0)) fail('no test was run');

const slowest = results.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowestShown);
console.log(`\nSlowest files\n${slowest.map((result) => `${seconds(result.seconds)}  ${result.file}`).join('\n')}`);
if (failures.length > 0) console.log(`\nFailed\n${failures.map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
