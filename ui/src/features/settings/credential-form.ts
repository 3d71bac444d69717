import type { ProviderField } from '../../api/providers.ts';
import type { Problem } from '../../lib/problem.ts';
import { wholeNumber } from './whole-number.ts';

/** What is typed, by name of the field. */
export type Typed = Readonly<Record<string, string | boolean>>;

/** The name of a field in the form, and in what the box says about it. */
export const nameOf = (field: Pick<ProviderField, 'name'>): string => `data.${field.name}`;

const typedOf = (field: ProviderField, typed: Typed): string | boolean => typed[field.name] ?? '';
const isEmpty = (field: ProviderField, typed: Typed): boolean => {
  const value = typedOf(field, typed);
  return typeof value === 'string' && value.trim() === '';
};

/** Where nothing is required by itself it is one or the other; the box says which, so no field is called optional. */
export const isOptional = (field: ProviderField, fields: readonly ProviderField[]): boolean =>
  !field.required && fields.some((one) => one.required);

/** What the page can see before the box is asked. */
export function checkTyped(
  fields: readonly ProviderField[],
  typed: Typed,
  words: { missing: string; wholeNumber: string },
): Problem | null {
  for (const field of fields) {
    if (isEmpty(field, typed)) {
      if (field.required) return { field: nameOf(field), message: words.missing };
    } else if (field.type === 'integer' && numberOf(field, typed) === null)
      return { field: nameOf(field), message: words.wholeNumber };
  }
  return null;
}

const numberOf = (field: ProviderField, typed: Typed): number | null =>
  wholeNumber(String(typedOf(field, typed)), 0, Number.MAX_SAFE_INTEGER);

/** `data` as the box wants it: what was left empty is left out, and spaces around a secret belong to it. */
export function dataOf(fields: readonly ProviderField[], typed: Typed): Record<string, unknown> {
  const given = fields.filter((field) => !isEmpty(field, typed));
  return Object.fromEntries(given.map((field) => [field.name, valueOf(field, typed)]));
}

function valueOf(field: ProviderField, typed: Typed): unknown {
  const value = typedOf(field, typed);
  if (field.type === 'integer') return numberOf(field, typed);
  if (typeof value !== 'string' || field.secret) return value;
  if (field.type === 'list')
    return value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  return value.trim();
}

/** `Field 'data.password' is required, or a private_key instead` → at that field. undefined for any other sentence. */
export function refusedField(sentence: string): Problem | undefined {
  const [, field, rest] = /^Field '(data\.[a-z0-9_]+)[^']*' (.+)$/s.exec(sentence) ?? [];
  if (field === undefined || rest === undefined) return undefined;
  const words = rest.charAt(0).toUpperCase() + rest.slice(1);
  return { field, message: /[.!?]$/.test(words) ? words : `${words}.` };
}
