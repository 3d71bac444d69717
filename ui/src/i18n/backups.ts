import { backups } from './en/backups.ts';
import { room } from './words.ts';

/** What the state of a backup is called on every page that shows one. */
export const backupsText = room(backups, () => import('./de/backups.ts').then((german) => german.backups));
