import { describe, expect, test } from 'bun:test';
import type { SyncOptions } from './model.ts';
import { completeOptions, defaultSyncOptions } from './options.ts';

describe('options of a job', () => {
  test('left out are the careful ones: nothing deleted, everything copied', () => {
    expect(completeOptions()).toEqual({
      delete_extraneous: false,
      exclude_patterns: [],
      bandwidth_limit_kbps: null,
      dry_run: false,
      verbosity: 'normal',
      compress: false,
      checksum: false,
      max_delete_percent: 50,
      history: null,
      acknowledged_paths: [],
      verify: null,
      drill: null,
    });
  });

  test('given are kept, and the others filled in', () => {
    const given: Partial<SyncOptions> = {
      delete_extraneous: true,
      exclude_patterns: [
        '*.tmp',
        ' lead',
        'trail ',
        '!',
        '+ *',
        '- x',
        ': f',
        '. f',
        'merge x',
        '/etc',
        '--force',
        'é🗂',
      ],
      max_delete_percent: 0,
      history: { keep_last: 3 },
      verify: { every_days: 7, sample_percent: 5 },
    };
    expect(completeOptions(given)).toEqual({ ...defaultSyncOptions, ...given });
  });

  test('of one run go on top of the job’s own', () => {
    const base = completeOptions({ checksum: true, exclude_patterns: ['a'] });
    expect(completeOptions({ dry_run: true, exclude_patterns: ['b'] }, base)).toEqual({
      ...base,
      dry_run: true,
      exclude_patterns: ['b'],
    });
    expect(base.dry_run).toBe(false);
  });

  const refused: [name: string, patterns: string[], says: string][] = [
    ['a line break', ['ok', 'a\nb'], "Field 'sync_options.exclude_patterns.1' must not contain control characters"],
    ['a NUL', ['a\0b'], "'sync_options.exclude_patterns.0' must not contain control"],
    ['an escape code', ['\u001b[2J'], 'control characters'],
    ['a DEL', ['\u007f'], 'control characters'],
    ['half a character', ['\ud800'], 'control characters'],
    ['nothing', [''], 'must not be blank'],
    ['blanks', ['   '], 'must not be blank'],
    ['a pattern rsync would drop without a word', ['x'.repeat(4096)], 'at most 4095 bytes'],
    ['the same in longer letters', ['é'.repeat(2048)], 'at most 4095 bytes'],
    ['more than a command line can hold', Array.from({ length: 200 }, () => 'x'.repeat(4000)), 'is too long'],
  ];
  for (const [name, patterns, says] of refused)
    test(`exclude patterns: refused is ${name}`, () => {
      expect(() => completeOptions({ exclude_patterns: patterns })).toThrow(says);
    });

  test('exclude patterns: the longest that works is taken', () => {
    expect(completeOptions({ exclude_patterns: ['x'.repeat(4095)] }).exclude_patterns).toHaveLength(1);
  });
});
