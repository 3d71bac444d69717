import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/features/*/catalog.table.ts',
  out: './drizzle/catalog',
});
