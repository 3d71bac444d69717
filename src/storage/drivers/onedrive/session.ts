import { StorageError } from '../../errors.ts';
import { readJson } from '../../net/body.ts';
import type { HttpClient } from '../../net/client.ts';
import { graphError, service } from './errors.ts';

/** What may not be cut otherwise in a fragment: all but the last are multiples of it. */
const fragmentUnit = 320 * 1024;
const fragmentMost = 60 * 1024 * 1024 - fragmentUnit;
const answerBytes = 1024 * 1024;
/** How long an upload nobody wants any more is worth being told so. */
const cancelMs = 5_000;

/** The nearest size below that the service takes. */
export const fragmentBytes = (wanted: number): number =>
  Math.max(1, Math.floor(Math.min(wanted, fragmentMost) / fragmentUnit)) * fragmentUnit;

/** `next`: what is still missing begins there. `item`: the file is there. */
type Arrived = { next: number } | { item: Record<string, unknown> };

/**
 * One upload session: an address of its own, which is its own permission. The account's token is never sent there.
 */
export interface Session {
  readonly url: string;
  /** Sends bytes from `at` to before `end`, and nothing else. Throws like every request; 416 is `changed`. */
  put(body: ReadableStream<Uint8Array>, at: number, end: number, signal: AbortSignal): Promise<Arrived>;
  /** Where it goes on; null when the service knows it no more (used up, cancelled, too old). */
  position(signal: AbortSignal): Promise<number | null>;
  /** Tells that nothing more will come. Never throws. */
  cancel(): Promise<void>;
}

/** The first byte that is missing, of a session's own answer; null where it does not say. */
function nextOf(answer: Record<string, unknown>): number | null {
  const ranges = answer['nextExpectedRanges'];
  if (!Array.isArray(ranges)) return null;
  const starts = ranges.map((range) => Number(/^(\d+)(-\d*)?$/.exec(String(range))?.[1] ?? Number.NaN));
  const first = Math.min(...starts);
  return Number.isSafeInteger(first) ? first : null;
}

/** The session is not there any more: begin anew. */
export const isGone = (error: unknown): boolean => error instanceof StorageError && error.details['session'] === 'gone';
/** The service has these bytes already, or others than we think: ask for the position. */
export const isAstray = (error: unknown): boolean =>
  error instanceof StorageError && error.details['session'] === 'astray';

async function sessionError(answer: Response): Promise<StorageError> {
  const { status } = answer;
  if (status === 416 || status === 401 || status === 403 || status === 404 || status === 410) {
    const known = await graphError(answer);
    if (known.code === 'quota' || known.code === 'rate_limited') return known;
    const session = status === 416 ? 'astray' : 'gone';
    return new StorageError('unavailable', `${service} lost an upload on its way.`, { details: { status, session } });
  }
  return graphError(answer);
}

export function openSession(http: HttpClient, url: string, totalBytes: number): Session {
  async function send(
    method: string,
    signal: AbortSignal,
    more: { headers?: Record<string, string>; body?: ReadableStream<Uint8Array> } = {},
  ) {
    return http.request(url, { method, signal, ...more, redirect: 'manual' });
  }

  return {
    url,
    async put(body, at, end, signal) {
      const headers = { 'content-length': `${end - at}`, 'content-range': `bytes ${at}-${end - 1}/${totalBytes}` };
      const answer = await send('PUT', signal, { headers, body });
      if (!answer.ok) throw await sessionError(answer);
      const said = await readJson(answer, answerBytes, service);
      if (answer.status !== 202) return { item: said };
      const next = nextOf(said);
      if (next === null) throw new StorageError('protocol', `${service} does not say what is missing of an upload.`);
      return { next };
    },
    async position(signal) {
      const answer = await send('GET', signal);
      if (answer.ok) {
        const next = nextOf(await readJson(answer, answerBytes, service));
        return next !== null && next < totalBytes ? next : null;
      }
      const error = await sessionError(answer);
      if (isGone(error) || isAstray(error)) return null;
      throw error;
    },
    async cancel() {
      await send('DELETE', AbortSignal.timeout(cancelMs)).catch(() => null);
    },
  };
}
