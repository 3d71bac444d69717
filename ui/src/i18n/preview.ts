import { preview } from './en/preview.ts';
import { room } from './words.ts';

/** Words of the look ahead, which the editor and the first backup share. */
export const previewText = room(preview, () => import('./de/preview.ts').then((german) => german.preview));
