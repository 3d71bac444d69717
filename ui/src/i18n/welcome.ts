import { welcome } from './en/welcome.ts';
import { room } from './words.ts';

export const welcomeText = room(welcome, () => import('./de/welcome.ts').then((german) => german.welcome));
