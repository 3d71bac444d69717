import { type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey, utils } from 'ssh2';
import { StorageError } from '../../errors.ts';
import type { SftpConfig, SftpCredential } from './schema.ts';

function keyProblem(message: string, hasPassphrase: boolean): string {
  if (/no passphrase given/i.test(message))
    return 'The private key is encrypted: enter its passphrase in the credential.';
  if (hasPassphrase && /integrity check|bad (passphrase|decrypt)|decrypt|passphrase/i.test(message))
    return 'The passphrase does not open the private key. Enter the right one in the credential.';
  return (
    'The private key has a form that cannot be used here. Convert a copy of it to the OpenSSH form ' +
    '("ssh-keygen -p -f <copy>", or in PuTTYgen "Export OpenSSH key") and put that into the credential.'
  );
}

/** The private key, opened; null for a password. Throws `auth_failed` before anybody is connected to. */
export function openKey(credential: SftpCredential): ParsedKey | null {
  if (credential.private_key === null) return null;
  const opened = utils.parseKey(credential.private_key, credential.passphrase ?? undefined);
  const key = Array.isArray(opened) ? opened[0] : opened;
  if (key instanceof Error || key === undefined)
    throw new StorageError('auth_failed', keyProblem(key?.message ?? '', credential.passphrase !== null));
  if (!key.isPrivateKey())
    throw new StorageError('auth_failed', 'The credential holds a public key. The private one is needed.');
  return key;
}

/** One attempt to sign in: which ways were tried, and what is to be said when none was good enough. */
export interface SignIn {
  handler: AuthHandlerMiddleware;
  problem(server: string): StorageError;
}

/**
 * Asks the server first which ways it takes, and tries each of ours once: a wrong password counts as one failed
 * attempt at servers that lock accounts. Keyboard-interactive is answered when it asks for one hidden thing, once.
 */
export function createSignIn(config: SftpConfig, credential: SftpCredential, key: ParsedKey | null): SignIn {
  const { username } = config;
  let asked = false;
  let offered: string[] = [];
  let half = false;
  const password = credential.password ?? '';

  const keyboard = (): AnyAuthMethod => {
    let answered = false;
    return {
      type: 'keyboard-interactive',
      username,
      prompt(_name, _instructions, _language, prompts, finish) {
        const fits = prompts.length === 1 && prompts[0]?.echo !== true && !answered;
        answered = true;
        finish(fits ? [password] : prompts.map(() => ''));
      },
    };
  };
  const ways: { type: string; method(): AnyAuthMethod }[] =
    key === null
      ? [
          { type: 'password', method: () => ({ type: 'password', username, password }) },
          { type: 'keyboard-interactive', method: keyboard },
        ]
      : [
          {
            type: 'publickey',
            // Taken as it is: opening an encrypted key again takes the processor a good while.
            method: () => ({ type: 'publickey', username, key: key as unknown as string }),
          },
        ];
  let tried = false;

  return {
    handler(methods, partial, next) {
      if (!asked) {
        asked = true;
        next({ type: 'none', username });
        return;
      }
      offered = methods ?? [];
      half ||= partial;
      const way = tried ? undefined : ways.find(({ type }) => offered.includes(type));
      tried = true;
      // The types know no way to say "no more"; the library takes `false`.
      next((way?.method() ?? false) as AnyAuthMethod);
    },
    problem(server) {
      const wanted = ways.map(({ type }) => type);
      if (half)
        return new StorageError(
          'auth_failed',
          `${server} wants a second step to sign in ${username}. Use an account without one.`,
        );
      if (tried && !offered.some((type) => wanted.includes(type)))
        return new StorageError(
          'auth_failed',
          key === null
            ? `${server} takes no passwords. Use a private key in the credential.`
            : `${server} takes no keys for ${username}. Use a password in the credential.`,
        );
      return new StorageError(
        'auth_failed',
        key === null
          ? `${server} refused the password of ${username}. Check user name and password.`
          : `${server} refused the key of ${username}. Add its public half to the account's authorized_keys there.`,
      );
    },
  };
}
