import { randomBytes } from 'node:crypto';
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
import { destinationRoutes } from './features/backups/destinations.routes.ts';
import { checkFolders } from './features/backups/job-rules.ts';
import { jobRoutes } from './features/backups/jobs.routes.ts';
import { createJobStore } from './features/backups/jobs.store.ts';
import { liveRoutes } from './features/backups/live.routes.ts';
import { addLiveTopics } from './features/backups/live-topics.ts';
import { previewRoutes } from './features/backups/preview.routes.ts';
import { runRoutes } from './features/backups/runs.routes.ts';
import { scheduleRoutes } from './features/backups/schedules/routes.ts';
import { type BackupsDeps, createBackups } from './features/backups/service.ts';
import { credentialsRoutes } from './features/credentials/routes.ts';
import { createCredentialsService } from './features/credentials/service.ts';
import { createCredentialsStore } from './features/credentials/store.ts';
import { drivesRoutes } from './features/drives/routes.ts';
import { createDrivesService } from './features/drives/service.ts';
import { foldersRoutes } from './features/folders/routes.ts';
import { createFoldersService } from './features/folders/service.ts';
import { createAttentionService } from './features/health/attention.service.ts';
import { clockAttention } from './features/health/clock.ts';
import { attentionRoutes, healthRoutes } from './features/health/routes.ts';
import { createAccounts } from './features/providers/accounts.ts';
import { createHostKeysService } from './features/providers/host-keys.ts';
import type { Opener, OpenerDeps } from './features/providers/open.ts';
import { oauthReturnRoutes } from './features/providers/return.routes.ts';
import { providersRoutes } from './features/providers/routes.ts';
import { createProvidersService } from './features/providers/service.ts';
import type { SignInDoor } from './features/providers/sign-in-door.ts';
import { addSignInTopic, signInRoutes } from './features/providers/sign-ins.routes.ts';
import { createSignIns } from './features/providers/sign-ins.ts';
import { createHostKeyStore } from './features/providers/store.ts';
import { settingsRoutes } from './features/settings/routes.ts';
import { createSettingsService } from './features/settings/service.ts';
import { createSettingsStore } from './features/settings/store.ts';
import { type Catalog, createCatalog } from './features/versions/catalog.store.ts';
import { createHttp } from './http/http.ts';
import { openApiRoutes } from './http/openapi.ts';
import { pageRoutes } from './http/page.ts';
import { createTeller } from './http/told.ts';
import { isOwnAddress } from './lib/net.ts';
import { createConnections } from './realtime/connections.ts';
import { createHub } from './realtime/hub.ts';
import { type ClockSigns, machineClockSigns } from './system/clock/synchronised.ts';
import { listBlockDevices } from './system/mounts/lsblk.ts';
import { readMounts } from './system/mounts/mountinfo.ts';
import { createPlaces } from './system/mounts/places.ts';

export interface AppDeps {
  config: Config;
  data: DataFolder;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** For tests that stop the world at a step of a run. */
  onRunStep?: BackupsDeps['onStep'];
  /** For tests whose machine has a clock of its own. */
  clockSigns?: ClockSigns;
  /** For tests whose sign-in services show a certificate nobody vouches for: its SHA-256. */
  signInCertificate?: string;
  /** For tests: small parts, and little patience with a service. */
  storage?: Pick<OpenerDeps, 'tuning' | 'retry'>;
}

/** The composition root: the only place that knows every room. Builds services, mounts routes, starts nothing. */
export function createApp(deps: AppDeps) {
  const { config, data, clock, ids, log, onRunStep, clockSigns = machineClockSigns(), storage } = deps;
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
  const isOurs = (address: string, port: number) => port === http.server?.port && isOwnAddress(address);
  const { clouds } = config;
  const hostKeys = createHostKeyStore(data.main);
  let opened: Promise<SignInDoor> | null = null;
  const openDoor = async () => {
    const { createSignInDoor } = await import('./features/providers/sign-in-door.ts');
    const bases = { google: clouds.googleOauth, microsoft: clouds.microsoftLogin };
    const certificate = deps.signInCertificate;
    return createSignInDoor({ bases, isOurs, now: clock.now, random: randomBytes, certificate });
  };
  const door = () => (opened ??= openDoor());
  const accounts = createAccounts({ credentials, door, clock, log });
  const signIns = createSignIns({ credentials, door, renewed: accounts.renewed, clock, ids, log });
  let opener: Promise<Opener> | null = null;
  const openOpener = async () => {
    const { createOpener } = await import('./features/providers/open.ts');
    return createOpener({ hostKeys, endpoints: clouds, isOurs, clock, ...storage });
  };
  const grounds = { allowedPaths: config.allowedPaths, dataDir: data.dir };
  const providers = createProvidersService({
    opener: async (...order) => await (await (opener ??= openOpener()))(...order),
    secretOf: credentials.open,
    accounts,
    checkFolder: (destination) => checkFolders({ ...grounds, sources: [], destination }),
  });
  let known: Catalog | null = null;
  const catalog = () => (known ??= createCatalog(data.catalog(), clock));
  const folders = createFoldersService({ allowedPaths: config.allowedPaths, places: createPlaces(clock) });
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
    timeZone: config.timeZone,
    clockSigns,
    remote: {
      open: (job, options) => providers.open(job.destinationType, job.destinationConfig, job.credentialId, options),
      journal: (jobUuid, destinationId) => catalog().journal(jobUuid, destinationId),
    },
    onStep: onRunStep,
  });

  const connections = createConnections({ isOpen: auth.sessions.isOpen, clock, log });
  auth.events.on('sessions.ended', ({ sessionIds }) => {
    connections.endSessions(sessionIds);
    signIns.endSessions(sessionIds);
  });
  const hub = createHub();
  addLiveTopics(hub, backups);
  addSignInTopic(hub, signIns);

  const attention = createAttentionService(
    [backups.attention, accounts.attention, clockAttention(backups.clockState)],
    clock,
  );

  const { page } = assets();
  const tell = createTeller({
    handle: (request): Response | Promise<Response> => http.handle(request),
    topic: hub.firstMessage,
  });
  const http = createHttp({
    log,
    authenticate: auth.authenticate,
    verifySocketToken: auth.verifySocketToken,
    allowedHosts: config.allowedHosts,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    secureCookies: config.secureCookies,
    recovery: null,
  })
    .use(healthRoutes({ status: 'ok', version }))
    .use(attentionRoutes(attention))
    .use(authRoutes(auth))
    .use(userRoutes(auth))
    .use(settingsRoutes(settings))
    .use(credentialsRoutes(credentials))
    .use(providersRoutes(providers, createHostKeysService(hostKeys, clock)))
    .use(signInRoutes(signIns, config.publicUrl))
    .use(oauthReturnRoutes(signIns))
    .use(foldersRoutes(folders))
    .use(drivesRoutes(drives))
    .use(jobRoutes(backups.jobs, backups.runs, backups.records))
    .use(previewRoutes(backups.previews))
    .use(destinationRoutes(backups.destinations))
    .use(runRoutes(backups.records))
    .use(scheduleRoutes(backups.schedules))
    .use(liveRoutes(connections, hub, backups.live))
    .use(openApiRoutes({ version, page }))
    .use(pageRoutes(page, tell));

  return { http, auth, backups, credentials, connections, accounts, signIns };
}

export type App = ReturnType<typeof createApp>;
