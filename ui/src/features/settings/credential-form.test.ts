import { describe, expect, test } from 'bun:test';
import { s3Credential } from '../../../../src/storage/drivers/s3/schema.ts';
import { sftpCredential } from '../../../../src/storage/drivers/sftp/schema.ts';
import { storageKinds } from '../../../../src/storage/registry.ts';
import { checkTyped, dataOf, isOptional, nameOf, refusedField } from './credential-form.ts';

const s3 = [...s3Credential.fields];
const sftp = [...sftpCredential.fields];
const google = [...(storageKinds.google_drive.credential.fields ?? [])];
const words = { missing: 'missing', wholeNumber: 'number' };

describe('the form of credentials, drawn from what the box says', () => {
  test('misses what is required, in order, before anything is sent', () => {
    expect(checkTyped(s3, {}, words)).toEqual({ field: 'data.access_key_id', message: 'missing' });
    expect(checkTyped(s3, { access_key_id: 'AKIA', secret_access_key: '  ' }, words)?.field).toBe(
      'data.secret_access_key',
    );
    expect(checkTyped(s3, { access_key_id: 'AKIA', secret_access_key: 's' }, words)).toBeNull();
  });

  test('sends what was filled in, and the box takes it as it is', () => {
    const typed = { access_key_id: ' AKIA ', secret_access_key: ' s ', session_token: '' };
    expect(dataOf(s3, typed)).toEqual({ access_key_id: 'AKIA', secret_access_key: ' s ' });
    expect(s3Credential.parse(dataOf(s3, typed), 'data')).toMatchObject({ access_key_id: 'AKIA' });
  });

  test('sends numbers as numbers, and refuses words for them', () => {
    const typed = { refresh_token: 'r', expires_at: '1704499200' };
    expect(dataOf(google, typed)).toEqual({ refresh_token: 'r', expires_at: 1_704_499_200 });
    expect(checkTyped(google, { ...typed, expires_at: 'tomorrow' }, words)).toEqual({
      field: 'data.expires_at',
      message: 'number',
    });
  });

  test('calls a field optional only beside one that is needed', () => {
    expect(s3.filter((field) => isOptional(field, s3)).map(nameOf)).toEqual(['data.session_token']);
    expect(sftp.filter((field) => isOptional(field, sftp))).toEqual([]);
  });

  test('shows a refusal at its field', () => {
    expect(refusedField("Field 'data.password' is required, or a private_key instead")).toEqual({
      field: 'data.password',
      message: 'Is required, or a private_key instead.',
    });
    expect(refusedField("Field 'name' must not be empty")).toBeUndefined();
  });
});
