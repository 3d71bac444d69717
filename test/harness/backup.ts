import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../src/features/backups/schema.ts';
import { startTestApp, type TestApp } from './app.ts';
import { tempDir } from './temp.ts';

export interface JobWish {
  sources?: string[];
  /** Destination folder, taken as the mount point itself. */
  to?: string;
  subdir?: string;
  options?: Record<string, unknown>;
  config?: Record<string, unknown>;
  name?: string;
}

/** A place to try backups in: a folder with `src` and `dst`, and an application that may use it. */
export interface BackupLab {
  dir: string;
  src: string;
  dst: string;
  app: TestApp;
  /** Saves a job and answers its number. */
  job(wish?: JobWish): Promise<number>;
  /** Starts a run; the run's number. */
  start(job: number, body?: Record<string, unknown>): Promise<number>;
  /** Starts a run and waits for its end. */
  run(job: number, body?: Record<string, unknown>): Promise<RunView>;
  read(run: number): Promise<RunView>;
  logs(run: number): Promise<string[]>;
  errors(run: number): Promise<{ landing: string; path: string; level: string; message: string }[]>;
}

/** `dir` is where everything lies (allowed for jobs); a fresh folder unless given. */
export function backupLab(dir = tempDir('lab'), allowed: string[] = [], dataDir = tempDir('app')): BackupLab {
  const [src, dst] = [join(dir, 'src'), join(dir, 'dst')];
  for (const path of [src, dst]) mkdirSync(path, { recursive: true });
  const app = startTestApp({ ALLOWED_BROWSE_PATHS: [dir, ...allowed].join(',') }, undefined, dataDir);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await app.call(method, path, { owner: true, body });
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  const lab: BackupLab = {
    dir,
    src,
    dst,
    app,
    async job(wish = {}) {
      const made = await call('POST', '/api/jobs', {
        name: wish.name ?? 'Backup',
        source_dirs: wish.sources ?? [src],
        destination_type: 'local',
        destination_config: { mount_point: wish.to ?? dst, backup_subdir: wish.subdir ?? '', ...wish.config },
        sync_options: wish.options ?? {},
      });
      return made.id;
    },
    start: async (job, body) => (await call('POST', `/api/jobs/${job}/run`, body)).run_id,
    async run(job, body) {
      const id = await lab.start(job, body);
      await app.app.backups.idle();
      return lab.read(id);
    },
    read: (run) => call('GET', `/api/runs/${run}`),
    logs: async (run) => (await call('GET', `/api/runs/${run}/logs`)).map((line: { message: string }) => line.message),
    errors: (run) => call('GET', `/api/runs/${run}/errors`),
  };
  return lab;
}
