import { Elysia } from 'elysia';
import { assets } from './config/assets.ts';
import type { Config } from './config/config.ts';
import { version } from './config/version.ts';
import { conflict } from './core/errors.ts';
import type { Log } from './core/log.ts';
import { healthRoutes } from './features/health/routes.ts';
import { createHttp } from './http/http.ts';
import { pageRoutes } from './http/page.ts';

const text =
  'The database of this box is damaged or missing. Nothing runs until it is put back: on the machine itself, "dynamight doctor --recover" does that.';

/**
 * What is served instead of the application when the database cannot be trusted: the page and health say so, set-up
 * stays closed (an empty database would give the box to whoever comes first), every other door answers 503.
 */
export function createRecoveryApp({ config, log }: { config: Config; log: Log }) {
  const http = createHttp({
    log,
    authenticate: async () => null,
    verifySocketToken: async () => null,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    secureCookies: config.secureCookies,
    recovery: text,
  })
    .use(healthRoutes({ status: 'recovery', version }))
    .use(
      new Elysia({ prefix: '/api/auth' })
        .get('/setup-required', () => ({ setup_required: false }))
        .post('/setup', () => {
          throw conflict(text);
        }),
    )
    .use(pageRoutes(assets().page));
  return { http };
}
