import { expect, test } from 'bun:test';
import { hasSuggestion, isSameText, patternsOfText, textOfPatterns, withSuggestion } from './patterns.ts';

test('patterns survive the text field as they are, spaces included', () => {
  const patterns = [' a', 'b ', '+ *', '!', '/c/**'];
  expect(patternsOfText(textOfPatterns(patterns))).toEqual(patterns);
});

test('empty lines are no patterns, and typing one does not rewrite the field', () => {
  expect(patternsOfText('a\n\n  \nb\n')).toEqual(['a', 'b']);
  expect(isSameText('a\n\nb\n', ['a', 'b'])).toBe(true);
  expect(isSameText('a', ['a', 'b'])).toBe(false);
});

test('a suggestion adds only what is not there yet', () => {
  const once = withSuggestion(['.DS_Store'], 'system');
  expect(once.filter((one) => one === '.DS_Store')).toHaveLength(1);
  expect([hasSuggestion(['.DS_Store'], 'system'), hasSuggestion(once, 'system')]).toEqual([false, true]);
  expect(withSuggestion(once, 'system')).toEqual(once);
});
