import { jobs } from './en/jobs.ts';
import { room } from './words.ts';

export const jobsText = room(jobs, () => import('./de/jobs.ts').then((german) => german.jobs));
