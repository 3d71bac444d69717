import type {
  ExcludeTestBody,
  ExcludeTestView,
  PreviewBody,
  PreviewView,
} from '../../../src/features/backups/preview.schema.ts';
import { call } from './client.ts';

export type { ExcludeTestView, PreviewBody, PreviewView };

/** The box answers within some twenty seconds, with what it has by then. */
const timeoutMs = 40_000;

export const previewJob = (body: PreviewBody, signal: AbortSignal) =>
  call<PreviewView>('POST', '/api/jobs/preview', body, { signal, timeoutMs });
export const testExcludes = (body: ExcludeTestBody, signal: AbortSignal) =>
  call<ExcludeTestView>('POST', '/api/jobs/exclude-test', body, { signal, timeoutMs });
