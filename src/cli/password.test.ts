import { expect, test } from 'bun:test';
import { createLineEditor } from './password.ts';

const typed = (...chunks: string[]) => {
  const editor = createLineEditor();
  const states = chunks.map((chunk) => editor.feed(chunk));
  return { text: editor.text(), state: states.at(-1) };
};

test('a password typed without seeing it can be corrected, begun anew and given up', () => {
  expect(typed('päss', 'wörd\r')).toEqual({ text: 'pässwörd', state: 'done' });
  expect(typed('pasx\u007fsword\n')).toEqual({ text: 'password', state: 'done' });
  expect(typed('🔑🔑\u007f\r')).toEqual({ text: '🔑', state: 'done' });
  expect(typed('wrong\u0015right\r')).toEqual({ text: 'right', state: 'done' });
  expect(typed('abc\u0003')).toMatchObject({ state: 'cancelled' });
  expect(typed('\u0004')).toMatchObject({ state: 'cancelled' });
  expect(typed('abc')).toMatchObject({ state: 'more' });
});
