import type { ProviderField, ProviderSchemaView } from '../../api/providers.ts';
import { editorText as t } from '../../i18n/editor.ts';
import type { Problem } from '../../lib/problem.ts';
import { wholeNumber } from '../settings/whole-number.ts';
import { configOf, credentialOf, deletes, type JobDraft, patternsOf } from './draft.ts';

/** What went wrong at a field of the form. */
export type FieldProblem = Problem & { field: string };

const maxLimit = 100_000_000;
const maxDeletePercent = 100;

/** Everything that can be said before the box is asked, in the order of the form. `schema`: of the kind chosen. */
export function checkDraft(draft: JobDraft, schema: ProviderSchemaView | null): FieldProblem[] {
  const found: FieldProblem[] = [];
  const say = (field: string, message: string) => void found.push({ field, message });
  if (draft.sources.length === 0) say('source_dirs', t().folders.missing);
  if (draft.kind === 'local') {
    if (isEmpty(configOf(draft)['mount_point'])) say('destination_config', t().where.missing);
  } else {
    for (const field of schema?.config ?? []) {
      const message = problemAt(field, configOf(draft)[field.name]);
      if (message) say(`destination_config.${field.name}`, message);
    }
    if ((schema?.credential.length ?? 0) > 0 && credentialOf(draft) === null)
      say('credential_id', t().where.credentialMissing);
  }
  const limit = draft.limit.trim();
  if (limit !== '' && wholeNumber(limit, 1, maxLimit) === null)
    say('sync_options.bandwidth_limit_kbps', t().how.limitWrong);
  if (deletes(draft) && wholeNumber(draft.maxDelete, 0, maxDeletePercent) === null)
    say('sync_options.max_delete_percent', t().how.maxDeleteWrong);
  return found;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function problemAt(field: ProviderField, value: unknown): string | undefined {
  if (isEmpty(value)) return field.required ? t().where.fieldMissing : undefined;
  if (field.type === 'integer' && typeof value !== 'number') return t().where.notWhole;
  return undefined;
}

/**
 * A refusal of the box, at the field of this form it belongs to. The box names members of the body
 * (`Field 'source_dirs.1': …`); what no field of the form shows is told as it is.
 */
export function problemsOf(message: string, draft: JobDraft): Problem {
  const [, path, colon, rest] = /^Field '([\w.]+)'(:?) (.+)$/s.exec(message) ?? [];
  if (path === undefined || rest === undefined) return { ...placeOf(message, draft), message };
  const [member, second, third] = path.split('.');
  const words = colon ? rest : sentence(rest);
  if (member === 'source_dirs')
    return { field: 'source_dirs', message: about(at(draft.sources, second), words, colon) };
  if (path.startsWith('sync_options.exclude_patterns'))
    return {
      field: 'sync_options.exclude_patterns',
      message: about(at(patternsOf(draft), third), words, colon),
    };
  if (member === 'destination_config' && draft.kind === 'local') return { field: 'destination_config', message: words };
  return { field: path, message: words };
}

/** What the box says of two members together names none: it is told where it can be mended. */
function placeOf(message: string, { kind }: JobDraft): { field?: string } {
  if (message.startsWith('The sources ')) return { field: 'source_dirs' };
  const isOfPlace = /^The (destination|folder) /.test(message) && kind === 'local';
  return isOfPlace ? { field: 'destination_config' } : {};
}

const at = (all: readonly string[], index: string | undefined): string | undefined =>
  index === undefined ? undefined : all[Number(index)];

const about = (what: string | undefined, words: string, colon: string | undefined): string =>
  what === undefined || colon ? words : `${what}: ${words}`;

function sentence(rest: string): string {
  const words = rest.charAt(0).toUpperCase() + rest.slice(1);
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

const fieldsOf: Partial<Record<keyof JobDraft, string>> = {
  sources: 'source_dirs',
  kind: 'destination_config',
  configs: 'destination_config',
  credentials: 'credential_id',
  limit: 'sync_options.bandwidth_limit_kbps',
  maxDelete: 'sync_options.max_delete_percent',
  secret: 'credential_data',
};

/** The beginnings of the fields that a change of the draft touches. */
export function touchedFields(draft: JobDraft, part: Partial<JobDraft>): string[] {
  const { options } = part;
  const members = (Object.keys(part) as (keyof JobDraft)[]).filter((name) => name !== 'options');
  const names = Object.keys(options ?? {}) as (keyof JobDraft['options'])[];
  return [
    ...members.map((name) => fieldsOf[name] ?? name),
    ...names.filter((name) => options?.[name] !== draft.options[name]).map((name) => `sync_options.${name}`),
  ];
}
