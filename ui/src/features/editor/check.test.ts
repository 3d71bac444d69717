import { describe, expect, test } from 'bun:test';
import type { ProviderField, ProviderSchemaView } from '../../api/providers.ts';
import { checkDraft, problemsOf, touchedFields } from './check.ts';
import { emptyDraft, type JobDraft } from './draft.ts';

const local: JobDraft = { ...emptyDraft(['/srv/a', '/srv/b']), configs: { local: { mount_point: '/mnt' } } };
const field = (name: string, over: Partial<ProviderField> = {}): ProviderField => ({
  name,
  label: name,
  help: '',
  type: 'text',
  required: true,
  default: null,
  secret: false,
  advanced: false,
  choices: null,
  ...over,
});
const sftp: ProviderSchemaView = {
  type: 'sftp',
  config: [field('host'), field('port', { type: 'integer', required: false, default: 22 })],
  credential: [field('password', { secret: true })],
};
const fieldsAt = (draft: JobDraft, schema: ProviderSchemaView | null = null) =>
  checkDraft(draft, schema).map((one) => one.field);

describe('before the box is asked', () => {
  test('a job with folders and a place is fine', () => expect(checkDraft(local, null)).toEqual([]));

  test('everything missing is told at once, in the order of the form', () => {
    expect(fieldsAt({ ...emptyDraft(), limit: '0' })).toEqual([
      'source_dirs',
      'destination_config',
      'sync_options.bandwidth_limit_kbps',
    ]);
  });

  test('a destination in the network needs its fields, whole numbers and a credential', () => {
    const draft: JobDraft = { ...local, kind: 'sftp', configs: { sftp: { host: '', port: 'x' } } };
    expect(fieldsAt(draft, sftp)).toEqual(['destination_config.host', 'destination_config.port', 'credential_id']);
    expect(
      fieldsAt({ ...draft, configs: { sftp: { host: 'nas', port: null } }, credentials: { sftp: 1 } }, sftp),
    ).toEqual([]);
  });

  test('the share of deletions counts only while something is deleted', () => {
    const draft = { ...local, maxDelete: '101' };
    expect(fieldsAt(draft)).toEqual([]);
    expect(fieldsAt({ ...draft, options: { delete_extraneous: true } })).toEqual(['sync_options.max_delete_percent']);
  });
});

describe('a refusal of the box lands at its field', () => {
  const rows: [said: string, field: string | undefined, message: string][] = [
    ["Field 'name' must not be empty", 'name', 'Must not be empty.'],
    ["Field 'source_dirs' must have at least 1 items", 'source_dirs', 'Must have at least 1 items.'],
    [
      "Field 'source_dirs.1' must be an absolute path, beginning with /",
      'source_dirs',
      '/srv/b: Must be an absolute path, beginning with /.',
    ],
    [
      "Field 'source_dirs.0': /srv/a is a file. Choose the folder it lies in.",
      'source_dirs',
      '/srv/a is a file. Choose the folder it lies in.',
    ],
    ["Field 'destination_config.backup_subdir' leads out of /mnt", 'destination_config', 'Leads out of /mnt.'],
    [
      "Field 'sync_options.exclude_patterns.0' must not be blank",
      'sync_options.exclude_patterns',
      '*.tmp: Must not be blank.',
    ],
    ["Field 'credential_id' is required for SFTP", 'credential_id', 'Is required for SFTP.'],
    [
      'The destination /mnt is a file. Choose a folder.',
      'destination_config',
      'The destination /mnt is a file. Choose a folder.',
    ],
    [
      'The sources /a and /a/b lie in one another. Keep the outer one.',
      'source_dirs',
      'The sources /a and /a/b lie in one another. Keep the outer one.',
    ],
    ['Job not found', undefined, 'Job not found'],
  ];
  const draft = { ...local, options: { exclude_patterns: ['*.tmp'] } };
  for (const [said, at, message] of rows)
    test(said, () => {
      const problem = problemsOf(said, draft);
      expect([problem.field, problem.message]).toEqual([at, message]);
    });

  test('and at the very field of a form drawn from a schema', () => {
    expect(problemsOf("Field 'destination_config.host' is required", { ...local, kind: 'sftp' }).field).toBe(
      'destination_config.host',
    );
  });
});

test('what was said about a field is over when that field changes, and no other', () => {
  const options = { ...local.options, exclude_patterns: ['a'] };
  expect(touchedFields(local, { options })).toEqual(['sync_options.exclude_patterns']);
  expect(touchedFields(local, { limit: '1' })).toEqual(['sync_options.bandwidth_limit_kbps']);
  expect(touchedFields(local, { sources: [] })).toEqual(['source_dirs']);
});
