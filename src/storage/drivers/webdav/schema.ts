import { httpUrl, pinnedCertificate } from '../../address-fields.ts';
import { fieldSet, optional, text, type ValuesOf } from '../../fields.ts';
import { dotProblem } from '../../path-rules.ts';

const config = {
  url: httpUrl({ label: 'Address', help: 'For example https://cloud.example.com/remote.php/dav/files/user' }),
  remote_path: text({
    label: 'Folder',
    help: 'Below the address, for example /backups',
    max: 4096,
    problem: (value) => (value.includes('\\') ? 'must not contain backslashes' : dotProblem(value)),
  }),
  certificate_sha256: pinnedCertificate,
};

const credential = {
  // A colon would end the name in Basic authentication and move the rest into the password.
  username: optional(text({ label: 'User name', max: 256, pattern: /^[^:]+$/, wants: "a user name without ':'" })),
  password: optional(text({ label: 'Password', secret: true })),
  token: optional(
    text({
      label: 'Bearer token',
      help: 'Instead of user name and password',
      secret: true,
      advanced: true,
      max: 16_384,
      pattern: /^[\x21-\x7e]+$/,
      wants: 'a token without spaces',
    }),
  ),
};

export const webdavConfig = fieldSet(config);
export type WebdavConfig = ValuesOf<typeof config>;
/** Either user name and password, or a bearer token. */
export const webdavCredential = fieldSet(credential, (values, refuse) => {
  if (values.token !== null) {
    if (values.username !== null || values.password !== null)
      return refuse('token', 'must be left out when a username or password is given');
    return values;
  }
  if (values.username === null) return refuse('username', 'is required, or a token instead');
  if (values.password === null) return refuse('password', 'is required');
  return values;
});
export type WebdavCredential = ValuesOf<typeof credential>;
