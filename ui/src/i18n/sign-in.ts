import { signIn } from './en/sign-in.ts';
import { room } from './words.ts';

/** Signing in at Google and Microsoft. */
export const signInText = room(signIn, () => import('./de/sign-in.ts').then((german) => german.signIn));
