import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { ValidationError } from 'elysia';

interface Route {
  method: string;
  path: string;
  hooks: { body?: unknown };
}

/** The schema without the `additionalProperties: false` Elysia writes into it; unknown members are taken off later. */
function lenient<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(lenient) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<PropertyKey, unknown> = {};
  for (const key of Reflect.ownKeys(schema)) {
    const value = (schema as Record<PropertyKey, unknown>)[key];
    // Symbols say what kind of schema it is.
    if (key !== 'additionalProperties' || value !== false) copy[key] = typeof key === 'symbol' ? value : lenient(value);
  }
  return copy as T;
}

/**
 * What is wrong with a body as it came, or null. Elysia first rebuilds it in the form its schema names, and only
 * then looks whether it fits: a text where an object of optional members belongs would pass as `{}`, and a text for a
 * map as its letters.
 */
export function createShapeCheck(routes: () => readonly Route[]) {
  let schemas: Map<string, TSchema> | undefined;
  const collect = () =>
    new Map(
      routes().flatMap(({ method, path, hooks: { body } }) =>
        typeof body === 'object' && body !== null ? [[`${method} ${path}`, lenient(body as TSchema)]] : [],
      ),
    );
  return (method: string, route: string, body: unknown): ValidationError | null => {
    if (body === undefined) return null; // missing where one is needed: Elysia's own check says so
    schemas ??= collect();
    const schema = schemas.get(`${method} ${route}`);
    return schema && !Value.Check(schema, body) ? new ValidationError('body', schema, body) : null;
  };
}
