import type { DestinationView } from '../../../src/features/backups/destinations.schema.ts';
import { call } from './client.ts';

export type { DestinationView };

/** Where the jobs write, each place once, with its space as it is now. */
export const listDestinations = () => call<DestinationView[]>('GET', '/api/destinations');
