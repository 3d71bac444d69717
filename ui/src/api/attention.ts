import type { AttentionView } from '../../../src/features/health/schema.ts';
import { call } from './client.ts';

export type { AttentionView };

/** What a person should look at, errors first; empty when all is well. */
export const listAttention = () => call<AttentionView[]>('GET', '/api/attention');
