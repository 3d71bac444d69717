import { base } from './en/base.ts';
import { room } from './words.ts';

/** The words of the shell and of what every room needs. Call it where they are shown: `{t().actions.save}`. */
export const t = room(base, () => import('./de/base.ts').then((german) => german.base));
