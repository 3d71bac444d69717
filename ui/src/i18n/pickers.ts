import { pickers } from './en/pickers.ts';
import { room } from './words.ts';

/** Words of the pickers for folders, places and times, and of schedules in general. */
export const pickersText = room(pickers, () => import('./de/pickers.ts').then((german) => german.pickers));
