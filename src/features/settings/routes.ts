import { Elysia } from 'elysia';
import { settingsBody, settingsPatch } from './schema.ts';
import type { SettingsService } from './service.ts';

export const settingsRoutes = (settings: SettingsService) =>
  new Elysia({ prefix: '/api/settings', tags: ['Settings'] })
    .get('/', () => settings.get(), {
      response: settingsBody,
      detail: { summary: 'Get settings' },
    })
    .put('/', ({ body }) => settings.update(body), {
      body: settingsPatch,
      response: settingsBody,
      detail: { summary: 'Update settings', description: 'Members left out keep their value.' },
    });
