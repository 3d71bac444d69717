import { call } from './client.ts';

export interface Health {
  status: 'ok' | 'recovery';
  version: string;
}

export const getHealth = () => call<Health>('GET', '/api/system/health');
