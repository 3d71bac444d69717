import { overview } from './en/overview.ts';
import { room } from './words.ts';

export const overviewText = room(overview, () => import('./de/overview.ts').then((german) => german.overview));
