import { Elysia, NotFoundError, ParseError, ValidationError } from 'elysia';
import { AppError, errnoOf, notFound, unauthorized } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { readJson } from './body.ts';
import { callerOf, peerOf } from './caller.ts';
import { errorResponse } from './envelopes.ts';
import { type Family, familyOf } from './families.ts';
import { createGuard, type GuardDeps, isPublic } from './guard.ts';
import { secure } from './headers.ts';
import { createBodyCheck, validationMessage } from './validation.ts';

export interface HttpDeps extends GuardDeps {
  log: Log;
}

/**
 * Path of a request's URL, cut exactly as Elysia's router cuts it (with `standardHostname: false`): the guard must
 * never judge another path than the one that is served.
 */
function pathOf(url: string): string {
  const start = url.indexOf('/', 7);
  const query = url.indexOf('?', start + 1);
  return url.substring(start, query === -1 ? undefined : query);
}

const diskFull = /^(SQLITE_FULL|SQLITE_IOERR_SHM(SIZE|MAP)|ENOSPC|EDQUOT)$/;

/** Whatever was thrown, as the one domain error. Unknown errors are logged whole and told as nothing. */
function toAppError(error: unknown, log: Log, path: string): AppError {
  if (error instanceof AppError) {
    if (error.code === 'internal') log.error('Request failed', { path, error });
    return error;
  }
  if (error instanceof ValidationError) return new AppError('invalid_request', validationMessage(error));
  if (error instanceof NotFoundError) return notFound('Endpoint');
  if (error instanceof ParseError) {
    const { cause } = error;
    return cause instanceof AppError ? cause : new AppError('invalid_request', 'The body cannot be read');
  }
  log.error('Request failed', { path, error });
  for (let one = error; one instanceof Error; one = one.cause) {
    const code = errnoOf(one) ?? '';
    if (diskFull.test(code))
      return new AppError('insufficient_space', 'A disk of this box is full. Free some space and try again.');
    if (code === 'SQLITE_BUSY')
      return new AppError('unavailable', 'The database is busy. Try again in a moment.', { retryAfterSeconds: 5 });
  }
  return new AppError('internal', 'An unexpected error occurred');
}

/**
 * An answer that does not fit its schema is a mistake of ours, but what was asked for was done: it is logged and sent
 * all the same, without the members its schema does not name. Null when those cannot be taken off.
 */
function mismatchedAnswer(error: ValidationError, status: number, log: Log, path: string): Response | null {
  const finding = error.valueError as { path?: string; message?: string } | undefined;
  log.error('An answer does not fit its schema', { path, at: finding?.path, problem: finding?.message });
  const { validator, value } = error as { validator: { Clean?(value: unknown): unknown }; value: unknown };
  try {
    return validator.Clean ? Response.json(validator.Clean(value), { status }) : null;
  } catch {
    return null;
  }
}

type Handle = (request: Request) => Response | Promise<Response>;

/**
 * The root every room is mounted on: guard before anything else, security headers on every answer, JSON bodies only,
 * and one place where errors become their family's envelope.
 *
 * The guard and the headers wrap the whole of Elysia instead of being hooks in it: nothing it does by itself (not
 * found, HEAD, errors in hooks) can get past them. Bun's own router is off, because two routers may read one path
 * in two ways.
 */
export function createHttp(deps: HttpDeps) {
  const { log } = deps;
  const guard = createGuard(deps);
  const refuse = (error: unknown, path: string, family: Family | null) =>
    errorResponse(toAppError(error, log, path), family ?? 'dynamight');

  const root = new Elysia({
    name: 'dynamight',
    aot: true,
    systemRouter: false,
    nativeStaticResponse: false,
    handler: { standardHostname: false }, // else the path of `http://nas/…` is cut at the wrong slash
  });

  const checkBodyShape = createBodyCheck(() => root.routes);

  const guarded = (handle: Handle) => async (request: Request) => {
    const path = pathOf(request.url);
    const family = familyOf(path);
    let response: Response;
    try {
      const peer = () => peerOf(request) ?? root.server?.requestIP(request)?.address ?? null;
      await guard({ request, path, family, peer });
      response = await handle(request);
    } catch (error) {
      response = refuse(error, path, family);
    }
    // An upgraded WebSocket has no answer.
    return response instanceof Response ? secure(response, family !== null) : response;
  };
  let wrapped: { handle: Handle; answer: Handle } | undefined;

  return (
    root
      .wrap(((handle: Handle) => {
        // Called per request; made once per compiled application.
        if (wrapped?.handle !== handle) wrapped = { handle, answer: guarded(handle) };
        return wrapped.answer;
      }) as unknown as Parameters<typeof root.wrap>[0])
      // The guard judged the path; should a route ever answer to a path the guard read differently, it stays shut.
      .onTransform({ as: 'global' }, ({ request, route }) => {
        if (callerOf(request).identity === null && familyOf(route) !== null && !isPublic(request.method, route))
          throw unauthorized();
      })
      .onParse({ as: 'global' }, ({ request }) => readJson(request))
      .onError({ as: 'global' }, ({ error, request, set }) => {
        const path = pathOf(request.url);
        if (error instanceof ValidationError && error.type === 'response') {
          const status = typeof set.status === 'number' ? set.status : 200;
          const answer = mismatchedAnswer(error, status, log, path);
          if (answer) return answer;
          return refuse(new AppError('internal', 'An unexpected error occurred'), path, familyOf(path));
        }
        return refuse(error, path, familyOf(path));
      })
  );
}

export type Http = ReturnType<typeof createHttp>;
