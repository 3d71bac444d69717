import { hostname } from 'node:os';
import { assets } from './config/assets.ts';
import type { Config } from './config/config.ts';
import { version } from './config/version.ts';
import type { Clock } from './core/clock.ts';
import type { Ids } from './core/ids.ts';
import type { Log } from './core/log.ts';
import { createSecretBox } from './core/secrets.ts';
import type { DataFolder } from './db/data-folder.ts';
import { authRoutes, userRoutes } from './features/auth/routes.ts';
import { createAuth } from './features/auth/service.ts';
import { jobRoutes } from './features/backups/jobs.routes.ts';
import { createJobStore } from './features/backups/jobs.store.ts';
import { runRoutes } from './features/backups/runs.routes.ts';
import { createBackups } from './features/backups/service.ts';
import { credentialsRoutes } from './features/credentials/routes.ts';
import { createCredentialsService } from './features/credentials/service.ts';
import { createCredentialsStore } from './features/credentials/store.ts';
import { drivesRoutes } from './features/drives/routes.ts';
import { createDrivesService } from './features/drives/service.ts';
import { foldersRoutes } from './features/folders/routes.ts';
import { createFoldersService } from './features/folders/service.ts';
import { healthRoutes } from './features/health/routes.ts';
import { providersRoutes } from './features/providers/routes.ts';
import { createProvidersService } from './features/providers/service.ts';
import { settingsRoutes } from './features/settings/routes.ts';
import { createSettingsService } from './features/settings/service.ts';
import { createSettingsStore } from './features/settings/store.ts';
import { createHttp } from './http/http.ts';
import { openApiRoutes } from './http/openapi.ts';
import { pageRoutes } from './http/page.ts';
import { listBlockDevices } from './system/mounts/lsblk.ts';
import { readMounts } from './system/mounts/mountinfo.ts';

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
  const auth = createAuth({
    db: data.main,
    clock,
    ids,
    log,
    secrets,
    jwtKey: config.jwtSecret ?? data.jwtKey,
    config,
    startedAtMs: clock.monotonic(),
  });
  const settings = createSettingsService({ store: createSettingsStore(data.main), ids });
  const jobStore = createJobStore(data.main);
  const credentials = createCredentialsService({
    store: createCredentialsStore(data.main),
    secrets,
    clock,
    ids,
    usedBy: (id) => jobStore.usedBy(id),
  });
  const providers = createProvidersService();
  const folders = createFoldersService({ allowedPaths: config.allowedPaths });
  const drives = createDrivesService({ listBlockDevices, readMounts, allowLoop: config.allowLoopDrives });

  const backups = createBackups({
    db: data.main,
    logsDb: data.logs,
    jobStore,
    clock,
    ids,
    log,
    credentials: { find: (id) => credentials.list().find((one) => one.id === id) ?? null, open: credentials.open },
    allowedPaths: config.allowedPaths,
    dataDir: data.dir,
    appliance: { id: settings.applianceId(), name: hostname() },
    maxRunsPerJob: () => settings.get().max_runs_per_job,
  });

  const { page } = assets();
  const http = createHttp({
    log,
    authenticate: auth.authenticate,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    secureCookies: config.secureCookies,
    recovery: null,
  })
    .use(healthRoutes({ status: 'ok', version }))
    .use(authRoutes(auth))
    .use(userRoutes(auth))
    .use(settingsRoutes(settings))
    .use(credentialsRoutes(credentials))
    .use(providersRoutes(providers))
    .use(foldersRoutes(folders))
    .use(drivesRoutes(drives))
    .use(jobRoutes(backups.jobs, backups.runs))
    .use(runRoutes(backups.runs))
    .use(openApiRoutes({ version, page }))
    .use(pageRoutes(page));

  return { http, auth, backups, credentials };
}

export type App = ReturnType<typeof createApp>;
