import { overrule } from './en/overrule.ts';
import { room } from './words.ts';

export const overruleText = room(overrule, () => import('./de/overrule.ts').then((german) => german.overrule));
