import { expect, test } from 'bun:test';
import { nameText } from './file-names.ts';

test('a name that is text is shown as it is', () => {
  for (const name of ['a.txt', 'Größe', '🗂', '\ufeffbom', 'a\nb', '\u202etxt', '\\xff'])
    expect(nameText(Buffer.from(name))).toBe(name);
});

test('bytes that are no text are shown one by one, the rest stays readable', () => {
  expect(nameText(Buffer.from([0xff]))).toBe('\\xff');
  expect(nameText(Buffer.from([0xc3, 0x28]))).toBe('\\xc3(');
  expect(nameText(Buffer.concat([Buffer.from('Gr'), Buffer.from([0xf6]), Buffer.from('ße🗂')]))).toBe('Gr\\xf6ße🗂');
  expect(nameText(Buffer.from([0xed, 0xa0, 0x80]))).toBe('\\xed\\xa0\\x80'); // half of a surrogate pair
  expect(nameText(Buffer.from([0xe2, 0x82]))).toBe('\\xe2\\x82'); // cut off
});
