import { expect, test } from 'bun:test';
import { bytesText, clockText, durationText, filesText, shellWord } from './words.ts';

test('sizes are decimal, with the unit a person would choose', () => {
  expect([0, 999, 1000, 52_428_800, 999_949_999, 999_960_000, 4e12].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '52.4 MB',
    '999.9 MB',
    '1.0 GB',
    '4.0 TB',
  ]);
});

test('counts have thousands separators, and one file is one file', () => {
  expect([0, 1, 41_203].map(filesText)).toEqual(['0 files', '1 file', '41,203 files']);
});

test('times are short', () => {
  expect([-5, 3_000, 245_000, 7_380_000].map(durationText)).toEqual(['less than 1 s', '3 s', '4 min 5 s', '2 h 3 min']);
  expect([9, 754, 3_723].map(clockText)).toEqual(['0:09', '12:34', '1:02:03']);
});

test('a word survives the shell, whatever it holds', () => {
  const words = ['/mnt/usb', 'two words', "it's", '$(id)', '`id`', '*.tmp', '', '-x', 'a\nb', 'ä'];
  const line = words.map(shellWord).join(' ');
  const { stdout } = Bun.spawnSync(['/bin/sh', '-c', `printf '%s\\0' ${line}`]);
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
});
