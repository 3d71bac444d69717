import { runs } from './en/runs.ts';
import { room } from './words.ts';

export const runsText = room(runs, () => import('./de/runs.ts').then((german) => german.runs));
