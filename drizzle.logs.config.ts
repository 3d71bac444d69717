import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './src/features/*/logs.table.ts', out: './drizzle/logs' });
