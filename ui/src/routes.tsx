import { type Component, lazy } from 'solid-js';

/** What a signed-in person sees, by address. The server keeps /api, /ws, /auth, /upload, /dav and /oauth for itself. */
export const routes: Readonly<Record<string, Component>> = {
  '/': lazy(() => import('./features/backups/home.tsx').then((module) => ({ default: module.Home }))),
};
