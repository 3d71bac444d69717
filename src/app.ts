import type { Config } from './config/config.ts';
import { version } from './config/version.ts';
import type { Clock } from './core/clock.ts';
import type { Ids } from './core/ids.ts';
import type { Log } from './core/log.ts';
import { createSecretBox } from './core/secrets.ts';
import type { DataFolder } from './db/data-folder.ts';
import { healthRoutes } from './features/health/routes.ts';
import { settingsRoutes } from './features/settings/routes.ts';
import { createSettingsService } from './features/settings/service.ts';
import { createSettingsStore } from './features/settings/store.ts';
import { createHttp } from './http/http.ts';

export interface AppDeps {
  config: Config;
  data: DataFolder;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** The composition root: the only place that knows every room. Builds services, mounts routes, starts nothing. */
export function createApp({ config, data, clock, ids, log }: AppDeps) {
  const secrets = createSecretBox(data.secretKey);
  const settings = createSettingsService({ store: createSettingsStore(data.main) });

  const http = createHttp({
    log,
    authenticate: async () => null,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    secureCookies: config.secureCookies,
    recovery: null,
  })
    .use(healthRoutes({ status: 'ok', version }))
    .use(settingsRoutes(settings));

  void secrets;
  void clock;
  void ids;
  return { http };
}

export type App = ReturnType<typeof createApp>;
