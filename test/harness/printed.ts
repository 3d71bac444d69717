import { expect } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An example as the texts print it: `test/golden/<name>.json`. */
// oxlint-disable-next-line typescript/no-explicit-any -- any JSON document
export const printed = (name: string): any =>
  JSON.parse(readFileSync(join(import.meta.dir, '../golden', `${name}.json`), 'utf8'));

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** Members and types, without the values; what is printed as null may be anything. */
function shapeOf(value: unknown, example: unknown): unknown {
  if (example === null) return 'anything';
  if (Array.isArray(value) && Array.isArray(example))
    return value.map((item, at) => shapeOf(item, example[at] ?? example[0]));
  if (kindOf(value) === 'object' && kindOf(example) === 'object') {
    const examples = example as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value as object).map(([key, item]) => [
        key,
        key in examples ? shapeOf(item, examples[key]) : 'not printed',
      ]),
    );
  }
  return kindOf(value);
}

/** The answer has exactly the members the text prints, each of the printed type. Values may differ. */
export function expectPrinted(answer: unknown, example: unknown): void {
  if (Array.isArray(example) && Array.isArray(answer)) {
    expect(answer.length).toBeGreaterThan(0);
    for (const item of answer) expect(shapeOf(item, example[0])).toEqual(shapeOf(example[0], example[0]));
    return;
  }
  expect(shapeOf(answer, example)).toEqual(shapeOf(example, example));
}
