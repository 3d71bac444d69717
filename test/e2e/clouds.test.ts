import { afterAll, setDefaultTimeout } from 'bun:test';
import { startCloudWorld } from '../harness/cloud-world.ts';
import { life } from './clouds/life.ts';
import { network } from './clouds/network.ts';
import { oddities } from './clouds/oddities.ts';
import { refusals } from './clouds/refusals.ts';

setDefaultTimeout(120_000);
const world = await startCloudWorld();
afterAll(() => world.stop());

life(world);
network(world);
refusals(world);
oddities(world);
