import { afterAll, setDefaultTimeout } from 'bun:test';
import { startCloudWorld } from '../harness/cloud-world.ts';
import { scale } from '../harness/scale.ts';
import { life } from './clouds/life.ts';
import { network } from './clouds/network.ts';
import { oddities } from './clouds/oddities.ts';
import { refusals } from './clouds/refusals.ts';
import { thisBox } from './clouds/this-box.ts';

// Tests wait for their turn at a service, and that counts.
setDefaultTimeout(scale.long ? 3_000_000 : 300_000);
const world = await startCloudWorld();

thisBox(world);
life(world);
network(world);
refusals(world);
oddities(world);

// After the hooks of these: what they mounted lies in the services' folders.
afterAll(() => world.stop());
