import { describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSummary } from './summary.ts';

/** Runs a real `bun test` over one file with this text. */
function summaryOf(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'dynamight-summary-'));
  writeFileSync(join(dir, 'a.test.ts'), `import { beforeAll, expect, test } from 'bun:test';\n${text}`);
  const child = Bun.spawnSync([process.execPath, 'test', './a.test.ts'], { cwd: dir, stdout: 'pipe', stderr: 'pipe' });
  rmSync(dir, { recursive: true });
  return readSummary('a.test.ts', child.stdout.toString() + child.stderr.toString(), child.exitCode, 1);
}

const good = "test('good', () => { expect(1).toBe(1); });";

describe('the gate counts', () => {
  test('tests that passed and tests that failed', () => {
    const made = summaryOf(`${good} test('bad', () => { expect(1).toBe(2); });`);
    expect(made).toMatchObject({ passed: 1, failed: 1, note: null });
  });

  test('a file that cannot be loaded as failed', () => {
    expect(summaryOf(`import './not-there.ts'; ${good}`).failed).toBe(1);
  });

  test('a file whose preparation threw as failed', () => {
    expect(summaryOf(`beforeAll(() => { throw new Error('x'); }); ${good}`).failed).toBe(1);
  });

  test('a process that left early with exit code 0 as failed', () => {
    expect(summaryOf(`${good} test('leaves', () => process.exit(0));`).failed).toBe(1);
  });

  test('a process that crashed as failed', () => {
    expect(summaryOf(`${good} test('crashes', () => process.kill(process.pid, 'SIGKILL'));`).failed).toBe(1);
  });

  test('a file without tests as failed', () => {
    expect(summaryOf('').failed).toBe(1);
  });

  test('what Bun says, not what a test prints', () => {
    expect(summaryOf(`${good} console.log(' 99 pass\\n 7 fail');`)).toMatchObject({ passed: 1, failed: 0 });
  });

  test('a file that hung as failed', () => {
    expect(readSummary('a.test.ts', ' 3 pass\n 0 fail\n', null, 600)).toMatchObject({ passed: 3, failed: 1 });
  });
});
