import { getJob, type JobBody, type JobView, updateJob } from '../../api/jobs.ts';

/** Everything of a saved job that `PUT` replaces. */
export function bodyOfJob(job: JobView): JobBody {
  const { name, description, enabled, source_dirs, destination_config, sync_options, credential_id } = job;
  const destination_type = job.destination_type as JobBody['destination_type'];
  return {
    name,
    description,
    enabled,
    source_dirs,
    destination_type,
    destination_config,
    sync_options,
    credential_id,
  };
}

/** Changes a little of a job, on top of what the box has now: another tab may have changed the rest meanwhile. */
export async function changeJob(id: number, changes: Partial<Pick<JobBody, 'name' | 'enabled'>>): Promise<JobView> {
  return await updateJob(id, { ...bodyOfJob(await getJob(id)), ...changes });
}
