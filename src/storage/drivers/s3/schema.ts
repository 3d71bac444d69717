import { httpUrl, pinnedCertificate } from '../../address-fields.ts';
import { choice, fieldSet, optional, text, type ValuesOf } from '../../fields.ts';
import { dotProblem } from '../../path-rules.ts';

const config = {
  bucket: text({
    label: 'Bucket',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/,
    wants: 'a bucket name of 3 to 255 letters, digits, dots, dashes and underscores',
    max: 255,
  }),
  prefix: text({
    label: 'Prefix',
    help: 'Folder inside the bucket, for example backups/server1/',
    default: '',
    max: 512,
    problem(value) {
      if (value.startsWith('/')) return "must not begin with '/'";
      return value.includes('//') ? "must not contain '//'" : dotProblem(value);
    },
  }),
  region: text({
    label: 'Region',
    help: 'For example us-east-1; services without regions take any',
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    wants: 'a region name such as us-east-1',
  }),
  endpoint: optional(
    httpUrl({ label: 'Endpoint', help: 'Address of an S3-compatible service; empty for AWS', advanced: true }),
  ),
  certificate_sha256: pinnedCertificate,
  storage_class: choice({
    label: 'Storage class',
    help: 'Classes that must be thawed before reading are left out: nothing there can be verified or restored at once',
    default: 'STANDARD',
    advanced: true,
    choices: {
      STANDARD: 'Standard',
      STANDARD_IA: 'Infrequent access',
      ONEZONE_IA: 'Infrequent access, one zone',
      INTELLIGENT_TIERING: 'Intelligent tiering',
      GLACIER_IR: 'Glacier instant retrieval',
      REDUCED_REDUNDANCY: 'Reduced redundancy',
    },
  }),
};

const credential = {
  access_key_id: text({
    label: 'Access key ID',
    max: 256,
    pattern: /^[\x21-\x7e]+$/,
    wants: 'letters, digits and signs without spaces',
  }),
  secret_access_key: text({ label: 'Secret access key', secret: true }),
  session_token: optional(text({ label: 'Session token', secret: true, advanced: true, max: 8192 })),
};

export const s3Config = fieldSet(config);
export type S3Config = ValuesOf<typeof config>;
export const s3Credential = fieldSet(credential);
export type S3Credential = ValuesOf<typeof credential>;
