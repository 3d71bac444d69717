import { type BackupLab, backupLab } from './backup.ts';

export interface RemoteLab extends BackupLab {
  /** As the owner; throws when the answer is not 200. */
  call(method: string, path: string, body?: unknown): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- tests look into any shape
  /** Saves a job from `src` to the service and answers its number. */
  remoteJob(wish?: {
    options?: Record<string, unknown>;
    config?: Record<string, unknown>;
    name?: string;
    sources?: string[];
  }): Promise<number>;
}

/** A backup lab whose jobs go to one storage service. */
export async function remoteLab(service: {
  type: string;
  config: Record<string, unknown>;
  secret: Record<string, unknown>;
}): Promise<RemoteLab> {
  const lab = backupLab();
  const call: RemoteLab['call'] = async (method, path, body) => {
    const answer = await lab.app.call(method, path, { owner: true, body });
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  const credential = await call('POST', '/api/credentials', {
    name: 'Service',
    provider_type: service.type,
    data: service.secret,
  });
  return {
    ...lab,
    call,
    async remoteJob(wish = {}) {
      const made = await call('POST', '/api/jobs', {
        name: wish.name ?? 'Away',
        source_dirs: wish.sources ?? [lab.src],
        destination_type: service.type,
        destination_config: { ...service.config, ...wish.config },
        credential_id: credential.id,
        sync_options: wish.options ?? {},
      });
      return made.id;
    },
  };
}
