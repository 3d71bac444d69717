import { Elysia, type ValidationError } from 'elysia';
import { AppError, notFound } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { peerOf } from './caller.ts';
import { errorResponse } from './envelopes.ts';
import { familyOf } from './families.ts';
import { createGuard, type GuardDeps, maxJsonBytes } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { validationMessage } from './validation.ts';

export interface HttpDeps extends GuardDeps {
  log: Log;
}

/** Reads a JSON body with a bound that also holds for bodies without a length. */
export async function readJson(request: Request, maxBytes = maxJsonBytes): Promise<unknown> {
  if (request.body === null) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AppError('payload_too_large', `The body may be at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new AppError('invalid_request', 'The body is not valid JSON');
  }
}

/** Whatever was thrown, as the one domain error. Unknown errors are logged whole and told as nothing. */
function toAppError(code: string | number, error: unknown, log: Log, path: string): AppError {
  if (error instanceof AppError) return error;
  if (code === 'VALIDATION') return new AppError('invalid_request', validationMessage(error as ValidationError));
  if (code === 'NOT_FOUND') return notFound('Endpoint');
  if (code === 'PARSE') {
    const cause = (error as { cause?: unknown }).cause;
    if (cause instanceof AppError) return cause;
    return new AppError('invalid_request', 'The body is not valid JSON');
  }
  log.error('Request failed', { path, error });
  if ((error as { code?: unknown } | null)?.code === 'SQLITE_FULL')
    return new AppError(
      'insufficient_space',
      'The disk that holds the database is full. Free some space and try again.',
    );
  return new AppError('internal', 'An unexpected error occurred');
}

/**
 * The root every room is mounted on: guard before anything else, security headers on every answer, JSON bodies only,
 * and one place where errors become their family's envelope.
 */
export function createHttp(deps: HttpDeps) {
  const guard = createGuard(deps);
  return new Elysia({ name: 'dynamight', aot: true })
    .onRequest(async ({ request, set, server }) => {
      const path = new URL(request.url).pathname;
      Object.assign(set.headers, securityHeaders(path));
      try {
        await guard(request, peerOf(request) ?? server?.requestIP(request)?.address ?? null);
      } catch (error) {
        return errorResponse(toAppError('GUARD', error, deps.log, path), familyOf(path) ?? 'dynamight');
      }
    })
    .onParse({ as: 'global' }, ({ request, contentType }) =>
      contentType === 'application/json' ? readJson(request) : undefined,
    )
    .onError({ as: 'global' }, ({ code, error, request }) => {
      const path = new URL(request.url).pathname;
      return errorResponse(toAppError(code, error, deps.log, path), familyOf(path) ?? 'dynamight');
    });
}

export type Http = ReturnType<typeof createHttp>;
