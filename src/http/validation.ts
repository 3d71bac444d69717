import type { TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Value } from '@sinclair/typebox/value';
import { ValidationError } from 'elysia';
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
  if (typeof wanted.error === 'string') return wanted.error;
  switch (error.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return 'is required';
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
 * Of a choice of objects, the one that was meant: whose fixed members (`kind: 'a'`) are right, or the only one besides
 * null. What is wrong inside of it helps more than a list of shapes.
 */
function meant(error: ValueError): ValueError {
  if (error.type !== ValueErrorType.Union) return error;
  const options = (error.schema as Wanted).anyOf ?? [];
  const findings = error.errors.map((iterator) => iterator.First());
  const real = findings.filter((_, at) => options[at]?.type !== 'null');
  const inside = real.filter((one) => one !== undefined && one.path.length > error.path.length);
  const fitting = inside.filter((one) => one?.type !== ValueErrorType.Literal);
  const [best] = fitting.length === 1 ? fitting : real.length === 1 && inside.length === 1 ? inside : [];
  if (best) return meant(best);
  // `null or a text of 2 to 5 characters`: the length is what was wrong, the kind was right.
  const [only] = real;
  const wrongKind = only === undefined || Object.is(choice(only.schema as Wanted), expectation(only));
  return real.length === 1 && only && !wrongKind ? only : error;
}

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
  const first = error.all[0] as ValueError | undefined;
  if (!first) return 'The request is not valid';
  const finding = meant(first);
  const field = fieldOf(finding.path);
  if (field === '') return error.type === 'body' ? 'The body must be a JSON object' : 'The request is not valid';
  return `Field '${field}' ${expectation(finding)}`;
}

interface Route {
  method: string;
  path: string;
  hooks: { body?: unknown };
}

/**
 * Checks a body as it came. Elysia first rebuilds it in the form its schema names, and only then looks whether it
 * fits: a text where an object of optional members belongs would pass as `{}`, a text for a map as its letters.
 */
export function createBodyCheck(routes: () => readonly Route[]) {
  let schemas: Map<string, TSchema> | undefined;
  const collect = () =>
    new Map(
      routes().flatMap(({ method, path, hooks: { body } }) =>
        typeof body === 'object' && body !== null ? [[`${method} ${path}`, body as TSchema]] : [],
      ),
    );
  return (method: string, route: string, body: unknown): void => {
    if (body === undefined) return; // missing where one is needed: Elysia's own check says so
    schemas ??= collect();
    const schema = schemas.get(`${method} ${route}`);
    if (schema && !Value.Check(schema, body)) throw new ValidationError('body', schema, body);
  };
}
