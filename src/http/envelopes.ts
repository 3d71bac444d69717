import type { AppError } from '../core/errors.ts';
import type { Family } from './families.ts';

const titles: Record<number, string> = {
  400: 'Invalid request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Payload too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  426: 'Upgrade required',
  429: 'Rate limited',
  500: 'Internal error',
  503: 'Unavailable',
  507: 'Insufficient storage',
};

/** One domain error in the shape its family's document prints. `details` may add members (`retry_after`, `jobs`). */
export function envelopeOf(error: AppError, family: Family): Record<string, unknown> {
  switch (family) {
    case 'dynamight': {
      const { title, ...details } = error.details as { title?: string };
      // A details.title replaces `error` and then says it all: the credential-in-use answer prints no `message`.
      if (title !== undefined) return { error: title, ...details };
      return { error: titles[error.status], message: error.message, ...details };
    }
    case 'webmanager':
      return { error: { code: error.code, message: error.message, details: error.details } };
    case 'fileago':
      return { status: 'error', msg: error.message };
    case 'onitu':
      return { status: 'error', reason: error.message };
    case 'fileflux':
      return { error: error.message };
  }
}

export function errorResponse(error: AppError, family: Family): Response {
  const headers = new Headers({ 'content-type': 'application/json' });
  // RFC 9110, 15.5.22: the answer names what to upgrade to.
  if (error.code === 'upgrade_required') headers.set('upgrade', 'websocket');
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.retryAfterSeconds));
  return new Response(JSON.stringify(envelopeOf(error, family)), { status: error.status, headers });
}
