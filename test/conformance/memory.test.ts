import { createMemoryDriver } from '../../src/storage/drivers/memory/driver.ts';
import { createMemoryStore } from '../../src/storage/drivers/memory/store.ts';
import { conformance } from './storage.ts';

const folders = createMemoryStore();
await conformance('memory', { open: async () => createMemoryDriver({ store: folders }) });

const objects = createMemoryStore();
await conformance('memory with implied folders', {
  open: async () => createMemoryDriver({ store: objects, folders: 'implied', pageEntries: 100 }),
});
