import { describe, expect, test } from 'bun:test';
import { keepTail, maxLineBytes, splitLines } from './lines.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

function linesOf(chunks: readonly string[], separators = [10, 13]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line), separators);
  for (const chunk of chunks) splitter.push(bytes(chunk));
  splitter.end();
  return lines;
}

describe('lines', () => {
  const cases: [name: string, chunks: string[], lines: string[]][] = [
    ['nothing', [], []],
    ['a line', ['a\n'], ['a']],
    ['a last line without its end', ['a\nb'], ['a', 'b']],
    ['both ends', ['a\rb\nc\r'], ['a', 'b', 'c']],
    ['\\r\\n is one end', ['a\r\nb\r\n'], ['a', 'b']],
    ['\\r\\n torn apart', ['a\r', '\nb'], ['a', 'b']],
    ['empty lines are left out', ['\n\n\na\n\n'], ['a']],
    ['a line in three pieces', ['on', 'e li', 'ne\nnext'], ['one line', 'next']],
    ['an end alone in its chunk', ['a', '\n', 'b', '\r'], ['a', 'b']],
    ['every byte there is', ['\x00\x01\x7f\x80\xff\xc3\x28\n'], ['\x00\x01\x7f\x80\xff\xc3\x28']],
  ];
  for (const [name, chunks, lines] of cases) {
    test(name, () => expect(linesOf(chunks)).toEqual(lines));
  }

  test('other separators leave line ends in peace', () => {
    expect(linesOf(['a\nb\0c\r\0', 'd'], [0])).toEqual(['a\nb', 'c\r', 'd']);
  });

  test('however the bytes are cut up, the lines are the same', () => {
    const text = 'one\ntwo\r\rthree\r\nfour\n\nfive';
    for (let size = 1; size <= text.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
        text.slice(n * size, (n + 1) * size),
      );
      expect(linesOf(chunks)).toEqual(['one', 'two', 'three', 'four', 'five']);
    }
  });

  test('a chunk may be reused by whoever gave it', () => {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line), [10]);
    const chunk = bytes('abc');
    splitter.push(chunk);
    chunk.fill('x');
    splitter.push(bytes('d\n'));
    expect(lines).toEqual(['abcd']);
  });

  test('a line of more than 1 MiB is cut, the next one is whole', () => {
    const chunk = 'x'.repeat(100_000);
    const lines = linesOf([...Array<string>(25).fill(chunk), '\nnext\n']);
    expect(lines.map((line) => line.length)).toEqual([maxLineBytes, 4]);
    expect(linesOf([`${'y'.repeat(maxLineBytes + 1)}\nz`]).map((line) => line.length)).toEqual([maxLineBytes, 1]);
  });
});

describe('the tail', () => {
  test('is all there was, while that is little', () => {
    const tail = keepTail(10);
    tail.add(bytes('abc'));
    tail.add(bytes('def'));
    expect(tail.text()).toBe('abcdef');
  });

  test('is the end of what there was, never more', () => {
    const tail = keepTail(4);
    for (const part of ['abc', 'de', 'f']) tail.add(bytes(part));
    expect(tail.text()).toBe('cdef');
    tail.add(bytes('0123456789'));
    expect(tail.text()).toBe('6789');
  });
});
