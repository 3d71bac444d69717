import { expect, test } from 'bun:test';
import { problemOf } from './problem.ts';

test('what the box says of a field is shown at that field, as a sentence', () => {
  expect(problemOf("Field 'password' must not contain the user name")).toEqual({
    field: 'password',
    message: 'Must not contain the user name.',
  });
  expect(problemOf("Field 'password' is one of the commonest passwords. Choose another.")).toEqual({
    field: 'password',
    message: 'Is one of the commonest passwords. Choose another.',
  });
});

test('everything else is shown as it was said', () => {
  expect(problemOf('Access denied')).toEqual({ message: 'Access denied' });
  expect(problemOf("The Field 'x' y")).toEqual({ message: "The Field 'x' y" });
});
