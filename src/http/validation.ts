import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import type { ValidationError } from 'elysia';
import { printableLine } from '../core/log.ts';

/** The part of a JSON schema that helps to say what was wanted. */
interface Wanted {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Wanted[];
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  /** A room's own words, after the name of the field: `must be an absolute path`. */
  error?: unknown;
}

const typeWords: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'a text',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

/** `1 to 5`, `at least 1`, `at most 5`. */
function span(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  return min === undefined ? `at most ${max}` : `at least ${min}`;
}

function number({ type = 'number', minimum, maximum }: Wanted): string {
  const kind = typeWords[type] ?? 'a number';
  if (minimum === undefined && maximum === undefined) return `must be ${kind}`;
  if (minimum !== undefined && maximum !== undefined) return `must be ${kind} from ${minimum} to ${maximum}`;
  return `must be ${kind} of ${span(minimum, maximum)}`;
}

/** What one schema wants, as the end of "must be …". */
const nameOf = (wanted: Wanted): string[] => {
  if (wanted.anyOf) return wanted.anyOf.flatMap(nameOf);
  if (wanted.const !== undefined) return [JSON.stringify(wanted.const)];
  if (wanted.enum) return wanted.enum.map((one) => JSON.stringify(one));
  return [typeWords[wanted.type ?? ''] ?? 'another value'];
};

function choice(wanted: Wanted): string {
  const names = [...new Set(nameOf(wanted))];
  const allFixed = names.every((name) => name === 'null' || name.startsWith('"'));
  if (names.length === 1 || !allFixed) return `must be ${names.join(' or ')}`;
  return `must be one of ${names.join(', ')}`;
}

function expectation(error: ValueError): string {
  const wanted = error.schema as Wanted;
  if (error.value === undefined) return 'is required';
  if (typeof wanted.error === 'string') return wanted.error;
  switch (error.type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return 'is not known';
    case ValueErrorType.StringMinLength:
    case ValueErrorType.StringMaxLength:
      if (wanted.minLength === 1 && error.type === ValueErrorType.StringMinLength) return 'must not be empty';
      return `must be ${span(wanted.minLength, wanted.maxLength)} characters long`;
    case ValueErrorType.ArrayMinItems:
    case ValueErrorType.ArrayMaxItems:
      return `must have ${span(wanted.minItems, wanted.maxItems)} items`;
    case ValueErrorType.StringPattern:
    case ValueErrorType.StringFormat:
      return 'has an invalid form';
    default:
      if (wanted.type === 'integer' || wanted.type === 'number') return number(wanted);
      return choice(wanted);
  }
}

/**
 * Of a choice, the one that was meant: the object whose fixed members (`kind: 'a'`) are right, or the only one besides
 * null. What is wrong inside of it helps more than a list of shapes.
 */
function meant(error: ValueError): ValueError {
  if (error.type !== ValueErrorType.Union) return error;
  const options = (error.schema as Wanted).anyOf ?? [];
  const real = error.errors.map((iterator) => [...iterator]).filter((_, at) => options[at]?.type !== 'null');
  const isInside = (one: ValueError) => one.path.length > error.path.length;
  const inside = real.filter((all) => all[0] && isInside(all[0]));
  const fixed = inside.map((all) => all.find((one) => isInside(one) && one.type === ValueErrorType.Literal));
  const [fitting, ...others] = inside.filter((_, at) => fixed[at] === undefined);
  if (fitting?.[0] && others.length === 0) return meant(fitting[0]);
  if (fixed.length > 1 && fixed[0] && fixed.every((one) => one?.path === fixed[0]?.path))
    return { ...fixed[0], schema: { ...fixed[0].schema, anyOf: fixed.map((one) => one?.schema) } };
  const [only] = real;
  const inner = real.length === 1 && only?.[0] ? meant(only[0]) : error;
  // Right kind, wrong length or range.
  return inner.path === error.path && kindErrors.has(inner.type) ? error : inner;
}

/** `must be a text`: with a choice of kinds the others are named too. */
const kindErrors = new Set<ValueErrorType>([
  ValueErrorType.Array,
  ValueErrorType.Boolean,
  ValueErrorType.Integer,
  ValueErrorType.Literal,
  ValueErrorType.Number,
  ValueErrorType.Object,
  ValueErrorType.String,
  ValueErrorType.Union,
]);

const fieldOf = (path: string): string =>
  printableLine(
    path
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .join('.'),
  ).slice(0, 200);

/** One sentence for people, naming the field and what is wanted. The value sent is never repeated: it may be a secret. */
export function validationMessage(error: ValidationError): string {
  const [first] = error.all;
  if (!first) return 'The request is not valid';
  const finding = meant(first);
  const field = fieldOf(finding.path);
  if (field === '') return error.type === 'body' ? 'The body must be a JSON object' : 'The request is not valid';
  return `Field '${field}' ${expectation(finding)}`;
}
