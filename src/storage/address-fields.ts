import { isIP } from 'node:net';
import { type Field, integer, optional, type TextOptions, text } from './fields.ts';
import { hostProblem } from './targets.ts';

const hostName = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** A host name or IP literal; IPv6 with or without brackets, kept without. */
export const host = (label: string, help: string): Field<string> =>
  text({
    label,
    help,
    max: 253,
    addressee: true,
    clean: (value) => value.replace(/^\[(.*)\]$/, '$1'),
    problem(value) {
      const problem = hostProblem(value);
      if (problem !== null) return problem;
      return isIP(value) !== 0 || (hostName.test(value) && !value.includes('..'))
        ? null
        : 'must be a host name such as backup.example.com, or an IP address';
    },
  });

export const port = (fallback: number): Field<number> =>
  integer({ label: 'Port', min: 1, max: 65_535, default: fallback, addressee: true });

function urlProblem(value: string): string | null {
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(value) ?? [];
  if (authority === undefined) return 'must begin with http:// or https://';
  if (/[\s\\]/.test(value)) return 'must not contain spaces or backslashes';
  if (authority.includes('@')) return 'must not contain a user name or password: they belong into the credential';
  if (/[?#]/.test(value)) return 'must not contain ? or #';
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(value)) return "must not contain '.' or '..'";
  const problem = hostProblem(authority.replace(/:\d*$/, ''));
  if (problem !== null) return problem;
  return URL.canParse(value) ? null : 'must be an http or https address';
}

/** An http or https address without user, query or fragment; the driver parses it again. */
export const httpUrl = (look: Pick<TextOptions, 'label' | 'help' | 'advanced'>): Field<string> =>
  text({ ...look, max: 2048, addressee: true, problem: urlProblem });

/** Who shows another certificate is somebody else: the secret is asked for again, as for another address. */
export const pinnedCertificate = optional(
  text({
    label: 'Certificate fingerprint',
    help: 'SHA-256 of the certificate of a server that has its own; empty for certificates that are known to be good',
    advanced: true,
    addressee: true,
    max: 128,
    clean: (value) => value.replaceAll(/[:\s]/g, '').toLowerCase(),
    pattern: /^[0-9a-f]{64}$/,
    wants: 'the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with or without colons',
  }),
);
