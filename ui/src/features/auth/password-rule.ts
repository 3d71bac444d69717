import type { ApiError } from '../../api/client.ts';
import { t } from '../../i18n/base.ts';
import type { Problem } from '../../lib/problem.ts';

const fewestCharacters = 12;
const mostBytes = 1024;
/** Shorter names are inside too many good passwords by chance. */
const nameWorthFinding = 4;

export type PasswordFault = { kind: 'short'; have: number } | { kind: 'long' } | { kind: 'name' };

const folded = (text: string): string => text.trim().normalize('NFKC').toLowerCase();

/** The box's own rule, as far as the page can know it; the commonest passwords are known to the box alone. */
export function passwordFault(password: string, username: string): PasswordFault | null {
  const have = Array.from(password).length;
  if (have < fewestCharacters) return { kind: 'short', have };
  if (new TextEncoder().encode(password).length > mostBytes) return { kind: 'long' };
  const name = folded(username);
  if (name === '') return null;
  const plain = folded(password);
  const hasName = plain.replaceAll(name, '') === '' || (name.length >= nameWorthFinding && plain.includes(name));
  return hasName ? { kind: 'name' } : null;
}

export function faultWords(fault: PasswordFault): string {
  if (fault.kind === 'short') return t().setup.passwordShort(fault.have);
  return fault.kind === 'long' ? t().setup.passwordLong : t().setup.passwordName;
}

/** Below the input: the rule, then how far one is. */
export function passwordHint(password: string, username: string): string {
  if (password === '') return t().setup.rule;
  const fault = passwordFault(password, username);
  return fault ? faultWords(fault) : t().setup.passwordEnough;
}

/** A refusal of the commonest passwords, in the language of the page. */
export const commonPassword = (error: ApiError, field: string): Problem | undefined =>
  error.status === 400 && /commonest passwords/.test(error.message)
    ? { field, message: t().setup.passwordCommon }
    : undefined;
