import { describe, expect, test } from 'bun:test';
import { hostileNames } from '../../../test/harness/trees.ts';
import { displayName, displayPath, pathBytes } from './names.ts';

describe('a name shown to people', () => {
  const rows: [bytes: string | number[], want: string][] = [
    ['Amélie 🗂.txt', 'Amélie 🗂.txt'],
    ['a b\\c', 'a b\\c'],
    ['line\nbreak\ttab', 'line\\u000abreak\\u0009tab'],
    ['\u001b[2J\u0007\u007f', '\\u001b[2J\\u0007\\u007f'],
    ['\u0085\u009b', '\\u0085\\u009b'],
    ['\u202etxt.exe', '\\u202etxt.exe'],
    ['\u2066a\u2069\u200f', '\\u2066a\\u2069\\u200f'],
    ['', ''],
    [[0xff, 0x61], '\\xffa'],
    [[0x61, 0xc3, 0x28], 'a\\xc3('],
    [[0xc0, 0xaf], '\\xc0\\xaf'],
    [[0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
    [[0xe2, 0x82], '\\xe2\\x82'],
    [[0xc3, 0xa9, 0xff, 0x0a], 'é\\xff\\u000a'],
    [[0xf0, 0x9f, 0x97, 0x82, 0x80], '🗂\\x80'],
    // a name may hold the sign for "unreadable" itself
    ['\ufffd\n', '\ufffd\\u000a'],
  ];
  for (const [bytes, want] of rows)
    test(JSON.stringify(want), () => expect(displayName(Buffer.from(bytes as string))).toBe(want));

  test('never holds anything that moves the cursor or turns the text', () => {
    // oxlint-disable-next-line no-control-regex
    for (const name of hostileNames())
      expect(displayName(name)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  test('is told apart from every other', () => {
    const shown = hostileNames().map(displayName);
    expect(new Set(shown).size).toBe(shown.length);
  });
});

test('a path in latin1 is its bytes, and is shown as they are', () => {
  for (const name of [...hostileNames(), Buffer.from('plain/name.txt'), Buffer.alloc(0)]) {
    expect(pathBytes(name.toString('latin1'))).toEqual(name);
    expect(displayPath(name.toString('latin1'))).toBe(displayName(name));
  }
});
