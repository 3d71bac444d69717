import { describe, expect, test } from 'bun:test';
import { type Command, helpText, parse, UsageError } from './command.ts';

const command: Command = {
  usage: ['demo [OPTIONS] WORD'],
  about: 'Shows how.',
  options: {
    exclude: { type: 'string', multiple: true, value: 'PATTERN', help: 'Leave out' },
    name: { type: 'string', help: 'A name' },
    delete: { type: 'boolean', help: 'Remove' },
  },
  run: async () => 0,
};

const refusal = (argv: string[]): string => {
  try {
    parse(command, argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return 'accepted';
};

describe('a call', () => {
  test('keeps words in order, repeated options as a list, and everything behind -- as words', () => {
    const args = parse(command, ['a', '--exclude', '*.tmp', '--delete', 'b', '--exclude=-x', '--', '--name']);
    expect(args.words).toEqual(['a', 'b', '--name']);
    expect(args.list('exclude')).toEqual(['*.tmp', '-x']);
    expect(args.flag('delete')).toBe(true);
    expect(args.text('name')).toBeUndefined();
  });

  const wrong: [string, string[], string][] = [
    ['an option nobody knows', ['--nonsense'], 'Unknown option --nonsense'],
    ['a shortened option', ['--del'], 'Unknown option --del'],
    ['an option without its value', ['--name'], 'Option --name needs a value'],
    [
      'another option in place of the value',
      ['--name', '--delete'],
      'write --name=VALUE if the value begins with a dash',
    ],
    ['a value for a switch', ['--delete=no'], 'Option --delete takes no value'],
  ];
  test.each(wrong)('with %s is refused in plain words', (_name, argv, text) => {
    expect(refusal(argv)).toContain(text);
    expect(refusal(argv)).not.toContain('\n');
  });
});

test('help shows usage, every option with its value, and itself', () => {
  const text = helpText(command);
  expect(text).toStartWith('Usage: dynamight demo [OPTIONS] WORD\n\nShows how.');
  expect(text).toMatch(/--exclude PATTERN {2,}Leave out/);
  expect(text).toMatch(/-h, --help {2,}Show this help/);
});
