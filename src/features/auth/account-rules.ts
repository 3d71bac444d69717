import { invalid } from '../../core/errors.ts';
import { commonPasswords } from './common-passwords.ts';

const maxUsername = 64;
const minPassword = 12;
const maxPasswordBytes = 1024;
/** Shorter names are inside too many good passwords by chance. */
const nameWorthFinding = 4;

/** Two names with one key are one account: case, Unicode form and full-width letters make no difference. */
export const usernameKey = (username: string): string => username.trim().normalize('NFKC').toLowerCase();

/**
 * The name an account is created under: 1 to 64 characters, trimmed, nothing invisible (control, format, private-use
 * and unassigned characters, line and paragraph separators). Throws `invalid_request`.
 */
export function cleanUsername(typed: string): string {
  const name = typed.trim().normalize('NFC');
  if (name === '') throw invalid("Field 'username' must not be empty");
  if (Array.from(name).length > maxUsername)
    throw invalid(`Field 'username' must be at most ${maxUsername} characters long`);
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name)) throw invalid("Field 'username' must not contain invisible characters");
  return name;
}

/** Length and guessability, no rules about kinds of characters. `field` is what the caller named it. Throws `invalid_request`. */
export function checkNewPassword(password: string, username: string, field: string): void {
  if (Array.from(password).length < minPassword)
    throw invalid(`Field '${field}' must be at least ${minPassword} characters long`);
  if (Buffer.byteLength(password) > maxPasswordBytes)
    throw invalid(`Field '${field}' must be at most ${maxPasswordBytes} bytes long`);
  const folded = usernameKey(password);
  if (commonPasswords.has(folded))
    throw invalid(`Field '${field}' is one of the commonest passwords. Choose one that only you would think of.`);
  const name = usernameKey(username);
  const onlyTheName = folded.replaceAll(name, '') === '';
  if (onlyTheName || (name.length >= nameWorthFinding && folded.includes(name)))
    throw invalid(`Field '${field}' must not contain the user name`);
}
