import { expect, test } from 'bun:test';
import { findCommands } from './commands.ts';

const commands = ['Overview', 'Open Photos', 'Run Photos now', 'Use the light theme'].map((label) => ({ label }));
const found = (typed: string) => findCommands(commands, typed).map(({ label }) => label);

test('a command is found by any of its words, whatever their order and case', () => {
  expect(found('photos run')).toEqual(['Run Photos now']);
  expect(found('LIGHT')).toEqual(['Use the light theme']);
  expect(found('')).toHaveLength(4);
  expect(found('nothing like it')).toEqual([]);
});

test('what begins as typed comes first', () => {
  expect(found('o')).toEqual(['Overview', 'Open Photos', 'Run Photos now']);
});
