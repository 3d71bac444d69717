import { describe, expect, test } from 'bun:test';
import { drivesOf, optionsInWords } from './option-words.ts';

const words = (
  sync_options: Record<string, unknown>,
  destination_config: Record<string, unknown> = {},
  type = 'local',
) => optionsInWords({ sync_options, destination_config, destination_type: type });

describe('the options of a backup in words', () => {
  test('always say whether it deletes, and from where on it asks', () => {
    expect(words({ delete_extraneous: false })).toEqual([
      'Nothing is deleted at the destination, even when it is gone in the folders.',
    ]);
    expect(words({ delete_extraneous: true, max_delete_percent: 20 })[0]).toContain('over 20%');
  });
  test('say first that nothing is ever written', () =>
    expect(words({ dry_run: true })[0]).toContain('nothing is ever written'));
  test('name the patterns, and count those there is no room for', () => {
    expect(words({ exclude_patterns: ['*.tmp', '.cache'] })).toContain('Left out: *.tmp and .cache.');
    const many = Array.from({ length: 9 }, (_, index) => `*.${index}`);
    expect(words({ exclude_patterns: many }).join()).toContain('*.5, and 3 more');
  });
  test('tell what the history keeps', () => {
    expect(words({ history: { keep_last: 5, keep_daily: 7, keep_weekly: 0 } })).toContain(
      'What a run replaces or deletes is kept in a history beside the files: at least the last 5 and one a day for 7 days.',
    );
    expect(words({ history: {} }).join()).toContain('kept in a history beside the files.');
  });
  test('tell the limit in bytes, not in the kibibytes it is stored in', () =>
    expect(words({ bandwidth_limit_kbps: 2048 })).toContain('It copies at most 2.1 MB a second.'));
  test('leave out what has no effect on this box', () => {
    expect(words({ compress: true }).join()).not.toContain('compressed');
    expect(words({ compress: true }, {}, 'sftp').join()).toContain('compressed');
    expect(words({}, { auto_mount: true }, 'sftp').join()).not.toContain('mounted');
    expect(words({}, { auto_mount: true }).join()).toContain('mounted');
  });
});

describe('the drives of a backup', () => {
  const drives = (config: Record<string, unknown>) =>
    drivesOf({ destination_type: 'local', destination_config: config });
  test('are each named once, the first one first', () =>
    expect(drives({ usb_uuid: 'A', usb_uuids: ['A', 'B'] })).toEqual(['A', 'B']));
  test('are none where any disk will do', () => expect(drives({ usb_uuid: null, usb_uuids: [] })).toEqual([]));
});
