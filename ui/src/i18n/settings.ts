import { settings } from './en/settings.ts';
import { room } from './words.ts';

export const settingsText = room(settings, () => import('./de/settings.ts').then((german) => german.settings));
