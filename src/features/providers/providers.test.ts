import { describe, expect, test } from 'bun:test';
import { startTestApp } from '../../../test/harness/app.ts';
import { type Scenario, scenarios } from '../../../test/harness/scenario.ts';

const kinds = ['local', 's3', 'google_drive', 'onedrive', 'sftp', 'webdav'];
const doors = ['/api/providers', '/api/providers/local/capabilities', '/api/providers/local/schema'];

describe('providers', () => {
  const app = startTestApp();
  const rows: Scenario[] = [
    ...doors.map(
      (path): Scenario => ({ name: `${path} needs a login`, method: 'GET', path, as: 'nobody', status: 401 }),
    ),
    ...['capabilities', 'schema'].flatMap((door) =>
      ['ftp', 'LOCAL', '__proto__', 'constructor', '%2e%2e', 'x'.repeat(60)].map(
        (type): Scenario => ({
          name: `${door} of "${type.slice(0, 12)}" are not found`,
          method: 'GET',
          path: `/api/providers/${type}/${door}`,
          status: 404,
        }),
      ),
    ),
    {
      name: 'remote ones cannot compress, and only some can compare checksums',
      method: 'GET',
      path: '/api/providers/sftp/capabilities',
      status: 200,
      exactly: {
        provider_type: 'sftp',
        capabilities: {
          supports_delete: true,
          supports_compression: false,
          supports_checksum: false,
          supports_bandwidth_limit: true,
          supports_exclude_patterns: true,
          supports_incremental: true,
          supports_dry_run: true,
          requires_credentials: true,
        },
      },
    },
    {
      name: 'the schema of a destination without credentials has no credential fields',
      method: 'GET',
      path: '/api/providers/local/schema',
      status: 200,
      json: { type: 'local', credential: [] },
    },
    {
      name: 'the schema says all a form needs to know of a choice',
      method: 'GET',
      path: '/api/providers/s3/schema',
      status: 200,
      after: (_, { json }) => {
        const field = json.config.find((one: { name: string }) => one.name === 'storage_class');
        expect(field).toMatchObject({
          type: 'choice',
          required: false,
          default: 'STANDARD',
          secret: false,
          advanced: true,
        });
        expect(field.choices).toContainEqual({ value: 'STANDARD_IA', label: 'Infrequent access' });
      },
    },
  ];
  scenarios(() => app, rows);

  test('every field can be drawn: it has a label, and is either required or has a default', async () => {
    const token = await app.signIn();
    for (const kind of kinds) {
      const { json } = await app.call('GET', `/api/providers/${kind}/schema`, { token });
      for (const field of [...json.config, ...json.credential]) {
        expect(field.label).not.toBe('');
        expect(field.required && field.default !== null).toBe(false);
      }
    }
  });
});
