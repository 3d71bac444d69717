import type { Settings } from '../../../src/features/settings/schema.ts';
import { call } from './client.ts';

export type { Settings };

export const getSettings = () => call<Settings>('GET', '/api/settings');
/** Members left out keep their value. */
export const saveSettings = (change: Partial<Settings>) => call<Settings>('PUT', '/api/settings', change);
