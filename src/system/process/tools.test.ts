import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../test/harness/temp.ts';
import { AppError } from '../../core/errors.ts';
import { findTool, requireTool, ToolMissingError, toolPath } from './tools.ts';

const ourPath = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = ourPath;
});

function program(dir: string, name: string, mode = 0o755): string {
  const path = join(dir, name);
  writeFileSync(path, '#!/bin/sh\necho hello\n');
  chmodSync(path, mode);
  return path;
}

describe('a tool', () => {
  test('is found in the PATH we were started with, the first folder first', () => {
    const [first, second] = [tempDir('bin'), tempDir('bin')];
    process.env['PATH'] = `${first}:${second}`;
    const later = program(second, 'our-tool');
    expect(findTool('our-tool')).toBe(later);
    const sooner = program(first, 'our-tool');
    expect(findTool('our-tool')).toBe(sooner);
  });

  test('in sbin is found also without sbin in PATH, or without any PATH', () => {
    process.env['PATH'] = '/usr/bin';
    expect(findTool('blkid')).toMatch(/sbin\/blkid$/);
    delete process.env['PATH'];
    expect(findTool('blkid')).toMatch(/sbin\/blkid$/);
    expect(findTool('sh')).toMatch(/bin\/sh$/);
  });

  test('that is no program is none', () => {
    const dir = tempDir('bin');
    process.env['PATH'] = dir;
    program(dir, 'not-executable', 0o644);
    mkdirSync(join(dir, 'a-folder'));
    expect(findTool('not-executable')).toBeNull();
    expect(findTool('a-folder')).toBeNull();
    expect(findTool('never-heard-of')).toBeNull();
    expect(findTool('')).toBeNull();
  });

  test('is never taken from where we happen to stand', () => {
    const dir = tempDir('bin');
    program(dir, 'here');
    process.env['PATH'] = `.:relative:${dir}`;
    expect(
      toolPath()
        .split(':')
        .every((entry) => entry.startsWith('/')),
    ).toBe(true);
    expect(findTool('./here')).toBeNull();
    expect(findTool('../here')).toBeNull();
  });

  test('can be named by its full path', () => {
    const path = program(tempDir('bin'), 'full');
    expect(findTool(path)).toBe(path);
    expect(findTool(`${path}-not`)).toBeNull();
  });
});

describe('a missing tool', () => {
  const missing = (call: () => unknown): ToolMissingError => {
    try {
      call();
    } catch (error) {
      if (error instanceof ToolMissingError) return error;
      throw error;
    }
    throw new Error('it was there');
  };

  test('is named, with the package that brings it', () => {
    const error = missing(() => requireTool('no-such-rsync', 'rsync'));
    expect(error.message).toBe('no-such-rsync is not installed. Install it with: apt install rsync');
    expect(error.tool).toBe('no-such-rsync');
    expect(error.aptPackage).toBe('rsync');
  });

  test('answers a request with "unavailable", not with a crash', () => {
    const error = missing(() => requireTool('no-such-tool'));
    expect(error).toBeInstanceOf(AppError);
    expect(error.status).toBe(503);
    expect(error.aptPackage).toBe('no-such-tool');
  });

  test('whose package has another name gets that name', () => {
    expect(new ToolMissingError('setpriv').message).toBe(
      'setpriv is not installed. Install it with: apt install util-linux',
    );
    expect(new ToolMissingError('rsync').aptPackage).toBe('rsync');
  });

  test('is found once it is installed', () => {
    const dir = tempDir('bin');
    process.env['PATH'] = dir;
    expect(findTool('late')).toBeNull();
    const path = program(dir, 'late');
    expect(requireTool('late')).toBe(path);
  });
});
