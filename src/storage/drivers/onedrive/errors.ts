import { StorageError, type StorageErrorCode } from '../../errors.ts';
import { readJson } from '../../net/body.ts';
import { errorOfStatus, retryAfterMs } from '../../net/status.ts';

/** How the service is named in messages. */
export const service = 'OneDrive';

/** Longest error answer that is looked into, bytes. */
const errorBytes = 256 * 1024;

/** What Graph's own words mean, whatever the status. Lower case. */
const meanings: Record<string, [StorageErrorCode, string]> = {
  accessdenied: ['permission', 'does not allow this with this account'],
  quotalimitreached: ['quota', 'is full. Make room there, or keep less'],
  insufficientstorage: ['quota', 'is full. Make room there, or keep less'],
  activitylimitreached: ['rate_limited', 'asks us to slow down'],
  throttledrequest: ['rate_limited', 'asks us to slow down'],
  toomanyrequests: ['rate_limited', 'asks us to slow down'],
  bandwidthlimitexceeded: ['rate_limited', 'asks us to slow down'],
  namealreadyexists: ['exists', 'has something else of this name there'],
  upload_name_conflict: ['exists', 'has something else of this name there'],
  resourcemodified: ['changed', 'says that it was changed meanwhile'],
  entitytagdoesnotmatch: ['changed', 'says that it was changed meanwhile'],
  invalidpath: ['name', 'cannot hold this name'],
  pathistoolong: ['name', 'cannot hold so long a path'],
  pathtoodeep: ['name', 'cannot hold so deep a path'],
  maxfilesizeexceeded: ['too_large', 'does not take files of this size'],
  maxstreamsizeexceeded: ['too_large', 'does not take files of this size'],
  servicereadonly: ['read_only', 'can only be read at this time'],
  malwaredetected: ['permission', 'takes this file for malware'],
  virussuspicious: ['permission', 'takes this file for malware'],
  itemnotfound: ['not_found', 'has nothing there'],
  notallowed: ['permission', 'does not allow this with this account'],
};

/** Not a word of the answer but these codes is ever used, and those only to look them up. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let inner = error;
  for (let depth = 0; depth < 8 && typeof inner === 'object' && inner !== null; depth += 1) {
    const { code, innererror, innerError } = inner as Record<string, unknown>;
    if (typeof code === 'string') codes.push(code.toLowerCase());
    inner = innererror ?? innerError;
  }
  return codes.reverse(); // the innermost says most
}

/** What an answer of Graph or of an upload session means. Reads its body; repeats nothing of it. */
export async function graphError(answer: Response): Promise<StorageError> {
  const { status, headers } = answer;
  const body = await readJson(answer, errorBytes, service).catch(() => null);
  const retryAfter = retryAfterMs(headers);
  const options = { details: { status }, ...(retryAfter === null ? {} : { retryAfterMs: retryAfter }) };
  for (const code of codesOf(body?.['error'])) {
    const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
    if (meaning) return new StorageError(meaning[0], `${service} ${meaning[1]}.`, options);
  }
  if (status === 509) return new StorageError('rate_limited', `${service} asks us to slow down.`, options);
  if (status === 400) return new StorageError('protocol', `${service} does not understand what it was asked.`, options);
  return errorOfStatus(new Response(null, { status, headers }), service);
}

export const isCode = (error: unknown, code: StorageErrorCode): error is StorageError =>
  error instanceof StorageError && error.code === code;
