import type { ConnectionTest } from '../../api/providers.ts';
import { editorText as t } from '../../i18n/editor.ts';
import { bytes } from '../../lib/format.ts';

/** One thing the test learned of a destination, in words. */
export interface Told {
  label: string;
  value: string;
  /** To be compared letter by letter. */
  exact: boolean;
}

type Details = ConnectionTest['details'];

/** What was learned, in the order the box tells it; what this page has no word for is shown as it is. */
export function toldOf(details: Details): Told[] {
  const labels: Record<string, string | undefined> = t().where.told;
  return Object.entries(details ?? {}).flatMap(([name, value]) => {
    const text = valueInWords(name, value);
    return text === null
      ? []
      : [{ label: labels[name] ?? name.replaceAll('_', ' '), value: text, exact: isExact(name) }];
  });
}

const isExact = (name: string): boolean => name === 'fingerprint';

function valueInWords(name: string, value: unknown): string | null {
  const say = t().where;
  if (typeof value === 'boolean') {
    // A folder that is there is no news.
    if (name === 'folder_exists') return value ? null : say.toldNotYet;
    return value ? say.toldYes : say.toldNo;
  }
  if (typeof value === 'number') return name.endsWith('_bytes') ? bytes(value) : String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A server that shows another key than the one that is known. */
export interface HostKeyQuestion {
  about: 'host_key';
  host: string;
  port: number;
  fingerprint: string;
  /** The key until now; null where the box does not say. */
  known: string | null;
}
/** A server whose certificate nobody vouches for, or another one than the pinned. */
export interface CertificateQuestion {
  about: 'certificate';
  fingerprint: string;
  pinned: string | null;
  subject: string | null;
  issuer: string | null;
  /** As the box says it; null where it does not. */
  validUntil: string | null;
}
export type Question = HostKeyQuestion | CertificateQuestion;

/** What a person has to decide before the destination can be used; null where there is nothing to decide. */
export function questionOf({ success, details }: ConnectionTest): Question | null {
  if (success || details === null) return null;
  const text = (name: string): string | null => {
    const value = details[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const { reason, port } = details;
  const [fingerprint, host] = [text('fingerprint'), text('host')];
  if (fingerprint === null) return null;
  if (reason === 'host_key_changed' && host !== null && typeof port === 'number')
    return { about: 'host_key', host, port, fingerprint, known: text('known') };
  if (reason === 'certificate')
    return {
      about: 'certificate',
      fingerprint,
      pinned: text('pinned'),
      subject: text('subject'),
      issuer: text('issuer'),
      validUntil: text('valid_until'),
    };
  return null;
}

/** Kinds of destination that can be told to trust one certificate. */
export const canPin = (kind: string): boolean => kind === 's3' || kind === 'webdav';
