import { expect, test } from 'bun:test';
import { begunWith, elsewhere } from './begun.ts';

test('whoever turns from the first steps to a place in the network finds the folders already chosen', () =>
  expect(begunWith(elsewhere(['/srv/photos', '/srv/letters']))).toEqual({
    sources: ['/srv/photos', '/srv/letters'],
    kind: 's3',
  }));

test('everybody else begins with an empty form', () => {
  for (const state of [null, undefined, {}, { sources: 'all' }, { sources: [1] }]) expect(begunWith(state)).toEqual({});
});
