import { host, port } from '../../address-fields.ts';
import { boolean, fieldSet, optional, text, type ValuesOf } from '../../fields.ts';
import { dotProblem } from '../../path-rules.ts';

const config = {
  host: host('Host', 'Name or address of the SSH server'),
  port: port(22),
  username: text({
    label: 'User name',
    addressee: true,
    max: 128,
    // No dash first: an option in the argument list of ssh is not a name.
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,127}$/,
    wants: 'a user name of letters, digits, and _ . @ + -',
  }),
  remote_path: text({
    label: 'Folder',
    help: "For example /backups; relative paths start in the user's home",
    max: 4096,
    problem: dotProblem,
  }),
  key_based_auth: boolean({ label: 'Sign in with a key', default: false }),
};

const credential = {
  password: optional(text({ label: 'Password', secret: true })),
  private_key: optional(
    text({
      label: 'Private key',
      help: 'The whole file, beginning with -----BEGIN',
      secret: true,
      multiline: true,
      max: 65_536,
      clean: (value) => value.replace(/\r\n?/g, '\n').replace(/^\s+/, ''),
      problem: (value) =>
        /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\n/.test(value)
          ? null
          : 'must be a private key in PEM or OpenSSH form, beginning with -----BEGIN',
    }),
  ),
  passphrase: optional(text({ label: 'Passphrase of the key', secret: true })),
};

export const sftpConfig = fieldSet(config);
export type SftpConfig = ValuesOf<typeof config>;
/** Either a password, or a private key with or without a passphrase. */
export const sftpCredential = fieldSet(credential, (values, refuse) => {
  if (values.password === null && values.private_key === null)
    return refuse('password', 'is required, or a private_key instead');
  if (values.password !== null && values.private_key !== null)
    return refuse('password', 'must be left out when a private_key is given');
  if (values.passphrase !== null && values.private_key === null)
    return refuse('passphrase', 'belongs to a private_key, and there is none');
  return values;
});
export type SftpCredential = ValuesOf<typeof credential>;
