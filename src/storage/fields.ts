import { invalid } from '../core/errors.ts';
import { printable } from '../core/log.ts';

type FieldType = 'text' | 'multiline' | 'integer' | 'boolean' | 'choice' | 'list';

/** What a form needs to draw one field; sent as it stands by `GET /providers/:type/schema`. */
interface FieldInfo {
  name: string;
  label: string;
  help: string;
  type: FieldType;
  required: boolean;
  /** Taken when the field is left out, null or missing; null where there is none. */
  default: string | number | boolean | string[] | null;
  /** Typed blind, never shown again, cut out of logs. */
  secret: boolean;
  /** Most people leave it alone. */
  advanced: boolean;
  choices: { value: string; label: string }[] | null;
}

export interface Field<T> {
  readonly info: Omit<FieldInfo, 'name'>;
  /** The secret travels to what this field names: changing it asks for the secret again. */
  readonly addressee: boolean;
  /** The checked and cleaned value. Throws invalid_request that names `path` and never repeats the value. */
  read(value: unknown, path: string): T;
}

/** Throws invalid_request about one field of the set. */
type Refuse<F> = (name: keyof F & string, problem: string) => never;
export type ValuesOf<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** One definition that validates a request, draws a form, and says what is secret. */
export interface FieldSet<V extends object> {
  readonly fields: readonly FieldInfo[];
  /** Names of the fields that decide where a secret is sent. */
  readonly addressees: readonly string[];
  /**
   * Every field, with defaults filled in. `at` is the body member the input came from (`destination_config`, `data`).
   * Throws invalid_request naming `<at>.<field>`; unknown members are refused by name.
   */
  parse(input: unknown, at: string): V;
}

export const refuse = (path: string, problem: string): never => {
  throw invalid(`Field '${path}' ${problem}`);
};

const missing = (value: unknown): value is null | undefined => value === undefined || value === null;
const control = /[\u0000-\u001f\u007f-\u009f]/;
const controlButLines = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

interface Look {
  label: string;
  help?: string;
  advanced?: boolean;
}

const info = (
  type: FieldType,
  look: Look,
  rest: Partial<Pick<FieldInfo, 'required' | 'default' | 'secret' | 'choices'>>,
): Field<unknown>['info'] => ({
  label: look.label,
  help: look.help ?? '',
  type,
  required: rest.required ?? false,
  default: rest.default ?? null,
  secret: rest.secret ?? false,
  advanced: look.advanced ?? false,
  choices: rest.choices ?? null,
});

export interface TextOptions extends Look {
  /** Required when there is none. */
  default?: string;
  secret?: boolean;
  /** Line breaks and tabs are part of the value (keys). */
  multiline?: boolean;
  addressee?: boolean;
  /** Fewest characters (default 1, or 0 where the default is empty). */
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** Completes "Field 'x' must be …" when the pattern does not fit. */
  wants?: string;
  /** The value in its one normal spelling. Called before the checks below it. */
  clean?(value: string): string;
  /** What is wrong, as the end of the sentence "Field 'x' …"; null when nothing is. Must not repeat the value. */
  problem?(value: string): string | null;
}

export function text(options: TextOptions): Field<string> {
  const { max = 1024, min = options.default === '' ? 0 : 1 } = options;
  return {
    info: info(options.multiline ? 'multiline' : 'text', options, {
      required: options.default === undefined,
      default: options.default,
      secret: options.secret,
    }),
    addressee: options.addressee ?? false,
    read(value, path) {
      if (missing(value)) return options.default ?? refuse(path, 'is required');
      if (typeof value !== 'string') return refuse(path, 'must be a string');
      if (value.length > max) return refuse(path, `must be at most ${max} characters long`);
      if ((options.multiline ? controlButLines : control).test(value) || !value.isWellFormed())
        return refuse(path, 'must not contain control characters');
      const clean = options.clean ? options.clean(value) : value;
      if (clean.length < min)
        return refuse(path, min === 1 ? 'must not be empty' : `must be at least ${min} characters long`);
      if (options.pattern && clean !== '' && !options.pattern.test(clean))
        return refuse(path, `must be ${options.wants ?? 'of a valid form'}`);
      const problem = options.problem?.(clean) ?? null;
      return problem === null ? clean : refuse(path, problem);
    },
  };
}

export function integer(
  options: Look & { min: number; max: number; default?: number; addressee?: boolean },
): Field<number> {
  const { min, max } = options;
  return {
    info: info('integer', options, { required: options.default === undefined, default: options.default }),
    addressee: options.addressee ?? false,
    read(value, path) {
      if (missing(value)) return options.default ?? refuse(path, 'is required');
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
        return refuse(path, `must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

export const boolean = (options: Look & { default: boolean }): Field<boolean> => ({
  info: info('boolean', options, { default: options.default }),
  addressee: false,
  read(value, path) {
    if (missing(value)) return options.default;
    return typeof value === 'boolean' ? value : refuse(path, 'must be true or false');
  },
});

/** One of a few words; `choices` maps each to what a person reads. */
export function choice<const C extends Record<string, string>>(
  options: Look & { choices: C; default: keyof C & string },
): Field<keyof C & string> {
  const words = Object.keys(options.choices);
  return {
    info: info('choice', options, {
      default: options.default,
      choices: Object.entries(options.choices).map(([value, label]) => ({ value, label })),
    }),
    addressee: false,
    read(value, path) {
      if (missing(value)) return options.default;
      if (typeof value === 'string' && words.includes(value)) return value;
      return refuse(path, `must be one of ${words.map((word) => JSON.stringify(word)).join(', ')}`);
    },
  };
}

/** Any number of texts up to `max`, each once; none by default. */
export const list = (item: Field<string>, max: number): Field<string[]> => ({
  info: { ...item.info, type: 'list', required: false, default: [] },
  addressee: item.addressee,
  read(value, path) {
    if (missing(value)) return [];
    if (!Array.isArray(value)) return refuse(path, 'must be a list');
    if (value.length > max) return refuse(path, `must have at most ${max} items`);
    return [...new Set(value.map((one, index) => item.read(one, `${path}.${index}`)))];
  },
});

/** Left out, null or empty is null. */
export const optional = <T>(field: Field<T>): Field<T | null> => ({
  info: { ...field.info, required: false },
  addressee: field.addressee,
  read: (value, path) => (missing(value) || value === '' ? null : field.read(value, path)),
});

/** `finish` sees all values together: it refuses what does not go together, and may complete one from another. */
export function fieldSet<const F extends Record<string, Field<unknown>>>(
  fields: F,
  finish?: (values: ValuesOf<F>, refuse: Refuse<F>) => ValuesOf<F>,
): FieldSet<ValuesOf<F>> {
  const names = Object.keys(fields) as (keyof F & string)[];
  return {
    fields: names.map((name) => ({ name, ...(fields[name] as Field<unknown>).info })),
    addressees: names.filter((name) => fields[name]?.addressee),
    parse(input, at) {
      if (input === undefined) return refuse(at, 'is required');
      if (typeof input !== 'object' || input === null || Array.isArray(input)) return refuse(at, 'must be an object');
      for (const key of Object.keys(input))
        if (!Object.hasOwn(fields, key))
          refuse(`${at}.${printable(key.slice(0, 60))}`, `is not known here. Known: ${names.join(', ') || 'none'}`);
      const given = input as Record<string, unknown>;
      const values = Object.fromEntries(
        names.map((name) => [
          name,
          (fields[name] as Field<unknown>).read(Object.hasOwn(given, name) ? given[name] : undefined, `${at}.${name}`),
        ]),
      ) as ValuesOf<F>;
      return finish ? finish(values, (name, problem) => refuse(`${at}.${name}`, problem)) : values;
    },
  };
}
