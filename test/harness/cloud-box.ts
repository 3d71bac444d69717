import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../src/features/backups/schema.ts';
import type { Cloud, CloudPlace } from './clouds.ts';
import { type CrashBox, runToEnd, startCrashBox, untilEnded } from './crash-box.ts';
import { eventually } from './processes.ts';
import { scale } from './scale.ts';
import { tempDir } from './temp.ts';

/** Parts so small that small files show what large ones do, and little patience: nobody is to wait for a test. */
export const cloudTuning = {
  tuning: { partBytes: scale.cloudPartBytes, multipartFromBytes: scale.cloudPartBytes, stallMs: 3_000 },
  retry: { tries: 6, firstWaitMs: 50, longestWaitMs: 400 },
};

/** With the full sizes a run takes minutes. */
const patienceMs = scale.long ? 600_000 : 60_000;

export interface CloudJob {
  id: number;
  /** The folder that is backed up; its landing is `src`. */
  src: string;
  place: CloudPlace;
  cloud: Cloud;
}

export interface JobWish {
  options?: Record<string, unknown>;
  config?: Record<string, unknown>;
  secret?: Record<string, unknown>;
  place?: CloudPlace;
  src?: string;
}

/** A box in a process of its own, which can be killed and started again over the same data. */
export async function startCloudBox(env: Record<string, string>) {
  const dir = tempDir('clouds');
  const data = join(dir, 'data');
  const begin = () => startCrashBox(data, dir, { env, storage: cloudTuning });
  let box: CrashBox = await begin();
  let folders = 0;

  const made = {
    dir,
    data,
    get api() {
      return box.api;
    },
    stderr: () => box.stderr(),
    /** A fresh folder a job may be made of. */
    source(): string {
      folders += 1;
      const src = join(dir, `${folders}`, 'src');
      mkdirSync(src, { recursive: true });
      return src;
    },
    credential: async (cloud: Cloud, data: Record<string, unknown> = cloud.secret): Promise<number> => {
      const body = { name: cloud.name, provider_type: cloud.type, data };
      return (await box.api.post<{ id: number }>('/api/credentials', body)).id;
    },
    async job(cloud: Cloud, wish: JobWish = {}): Promise<CloudJob> {
      const src = wish.src ?? made.source();
      const place = wish.place ?? (await cloud.place());
      const { id } = await box.api.post<{ id: number }>('/api/jobs', {
        name: cloud.name,
        source_dirs: [src],
        destination_type: cloud.type,
        destination_config: { ...place.config, ...wish.config },
        credential_id: await made.credential(cloud, wish.secret),
        sync_options: wish.options ?? {},
      });
      return { id, src, place, cloud };
    },
    start: async (job: CloudJob, options: Record<string, unknown> = {}): Promise<number> =>
      (await box.api.post<{ run_id: number }>(`/api/jobs/${job.id}/run`, { sync_options: options })).run_id,
    run: (job: CloudJob, options: Record<string, unknown> = {}): Promise<RunView> =>
      runToEnd(box.api, job.id, { sync_options: options }, patienceMs),
    /** Waits until a run is so far; one that ended before is an error, with its own words. */
    async until(run: number, what: string, holds: (view: RunView) => boolean): Promise<void> {
      await eventually(
        what,
        async () => {
          const view = await made.read(run);
          if (holds(view)) return true;
          if (view.completed_at !== null) throw new Error(`The run ended before ${what}: ${view.error_message}`);
          return false;
        },
        patienceMs,
      );
    },
    ended: (run: number): Promise<RunView> => untilEnded(box.api, run, patienceMs),
    read: (run: number) => box.api.get<RunView>(`/api/runs/${run}`),
    errors: (run: number) =>
      box.api.get<{ landing: string; path: string; level: string; message: string }[]>(`/api/runs/${run}/errors`),
    logs: async (run: number) =>
      (await box.api.get<{ message: string }[]>(`/api/runs/${run}/logs`)).map(({ message }) => message),
    /** Ends it as the power does, and starts it anew. */
    async killAndStart(): Promise<void> {
      box.kill('SIGKILL');
      await box.ended;
      box.api.close();
      box = await begin();
    },
    async stop(): Promise<void> {
      box.kill('SIGKILL');
      await box.ended;
      box.api.close();
    },
  };
  return made;
}

export type CloudBox = Awaited<ReturnType<typeof startCloudBox>>;
