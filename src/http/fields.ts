import { type IntegerOptions, Type } from '@sinclair/typebox';
import { t } from 'elysia';

/**
 * A whole number in JSON. Not `t.Integer`: Elysia's also takes `"5"`, as a query must, and makes an answer of twenty
 * rows seven times slower.
 */
export const integer = (options?: IntegerOptions) => Type.Integer(options);

/** `:id` in a path: a positive whole number, refused with 400 in any other spelling. */
export const id = t
  .Transform(
    t.String({ pattern: '^[1-9][0-9]{0,14}$', error: 'must be a whole number from 1', description: 'Row number' }),
  )
  .Decode(Number)
  .Encode(String);
export const idParams = t.Object({ id });

/** `?name=` as a whole number ≥ `min`; larger than `max` counts as `max`. */
export const bounded = (fallback: number, min: number, max: number, description: string) =>
  t
    .Transform(
      t.String({
        pattern: '^[0-9]{1,15}$',
        error: 'must be a whole number from 0',
        default: String(fallback),
        description,
      }),
    )
    .Decode((text) => Math.max(min, Math.min(Number(text), max)))
    .Encode(String);

/** `limit` and `offset` of a paged list. */
export const page = (limit: number, maxLimit = 1000) => ({
  limit: bounded(limit, 1, maxLimit, `Most rows to answer (default ${limit}, at most ${maxLimit})`),
  offset: bounded(0, 0, Number.MAX_SAFE_INTEGER, 'Rows to skip (default 0)'),
});

export const message = t.Object({ message: t.String() });

/** The error envelope of the Dynamight family, for OpenAPI. */
export const errorBody = t.Object({ error: t.String(), message: t.String() });
