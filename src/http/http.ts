import { Elysia, NotFoundError, ParseError, ValidationError } from 'elysia';
import { AppError, errnoOf, isDiskFull, notFound, unauthorized } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { readJson } from './body.ts';
import { createShapeCheck } from './body-shape.ts';
import { callerOf, peerOf } from './caller.ts';
import { errorResponse } from './envelopes.ts';
import { type Family, familyOf } from './families.ts';
import { createGuard, type GuardDeps, isPublic } from './guard.ts';
import { secure } from './headers.ts';
import { asksForSocket, takenBy } from './upgrade.ts';
import { validationMessage } from './validation.ts';

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

const unexpected = () => new AppError('internal', 'An unexpected error occurred');

/** Whatever was thrown, as the one domain error. Unknown errors are logged whole and told as nothing. */
function toAppError(error: unknown, log: Log, path: string): AppError {
  if (error instanceof AppError) {
    if (error.code === 'internal') log.error('Request failed', { path, error });
    return error;
  }
  if (error instanceof ValidationError)
    return error.type === 'response' ? unexpected() : new AppError('invalid_request', validationMessage(error));
  if (error instanceof NotFoundError) return notFound('Endpoint');
  if (error instanceof ParseError) {
    const { cause } = error;
    // Elysia's own parser comes after ours and finds nothing: the body was empty.
    return cause instanceof AppError ? cause : new AppError('invalid_request', 'The body must be a JSON object');
  }
  log.error('Request failed', { path, error });
  if (isDiskFull(error))
    return new AppError('insufficient_space', 'A disk of this box is full. Free some space and try again.');
  if (errnoOf(error) === 'SQLITE_BUSY')
    return new AppError('unavailable', 'The database is busy. Try again in a moment.', { retryAfterSeconds: 5 });
  return unexpected();
}

/**
 * An answer that does not fit its schema is a mistake of ours, but what was asked for was done: it is logged and sent
 * all the same, without the members its schema does not name. Null for every other error.
 */
function mismatchedAnswer(error: unknown, log: Log, path: string): Response | null {
  if (!(error instanceof ValidationError) || error.type !== 'response') return null;
  // Not the error itself: its text repeats the whole answer.
  const finding = error.valueError as { path?: string; message?: string } | undefined;
  log.error('An answer does not fit its schema', { path, at: finding?.path, problem: finding?.message });
  const { validator, value } = error as { validator: { Clean?(value: unknown): unknown }; value: unknown };
  try {
    if (validator.Clean) return Response.json(validator.Clean(value));
  } catch {
    // its surplus members cannot be taken off, and they may be secrets
  }
  return null;
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

  const bodies = new WeakMap<Request, unknown>();
  const shapeError = createShapeCheck(() => root.routes);

  const guarded = (handle: Handle) => async (request: Request) => {
    const path = pathOf(request.url);
    const family = familyOf(path);
    let response: Response;
    // The owner's door has told its server already.
    if (root.server && asksForSocket(request)) takenBy(request, root.server);
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

  return root
    .wrap(((handle: Handle) => {
      // Called per request; made once per compiled application.
      if (wrapped?.handle !== handle) wrapped = { handle, answer: guarded(handle) };
      return wrapped.answer;
    }) as unknown as Parameters<typeof root.wrap>[0])
    .onParse({ as: 'global' }, async ({ request }) => {
      const body = await readJson(request);
      bodies.set(request, body);
      return body;
    })
    .onTransform({ as: 'global' }, ({ request, route }) => {
      // The guard judged the path; should a route ever answer to a path the guard read differently, it stays shut.
      if (callerOf(request).identity === null && familyOf(route) !== null && !isPublic(request.method, route))
        throw unauthorized();
    })
    .onBeforeHandle({ as: 'global' }, ({ request, route }) => {
      // Only now: who may not call a room's door learns nothing about its bodies.
      const misfit = bodies.has(request) ? shapeError(request.method, route, bodies.get(request)) : null;
      if (misfit) throw misfit;
    })
    .onError({ as: 'global' }, ({ error, request, route, set }) => {
      const path = pathOf(request.url);
      const answer = mismatchedAnswer(error, log, path);
      if (!answer) {
        // Elysia found it in what it had made of the body; people are told about what they sent.
        const own = error instanceof ValidationError && shapeError(request.method, route, bodies.get(request));
        return refuse(own || error, path, familyOf(path));
      }
      set.status = 200; // Elysia had made it 422; all answers of ours that have a schema are 200
      return answer;
    });
}

export type Http = ReturnType<typeof createHttp>;
