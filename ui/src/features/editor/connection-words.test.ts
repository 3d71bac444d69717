import { describe, expect, test } from 'bun:test';
import { canPin, questionOf, toldOf } from './connection-words.ts';

describe('what the test of a connection learned', () => {
  test('is told in words, with sizes in units and fingerprints to compare', () => {
    const details = { server: 'OpenSSH_9.2', fingerprint: 'SHA256:abc', free_bytes: 5_000_000_000, encrypted: true };
    expect(toldOf(details)).toEqual([
      { label: 'Server', value: 'OpenSSH_9.2', exact: false },
      { label: 'Key of the server', value: 'SHA256:abc', exact: true },
      { label: 'Free room', value: '5 GB', exact: false },
      { label: 'Encrypted on the way', value: 'Yes', exact: false },
    ]);
  });

  test('leaves out what is not known, and says when the folder is still to be made', () => {
    expect(toldOf({ account: null, name: '', folder_exists: true })).toEqual([]);
    expect(toldOf({ folder_exists: false }).map(({ value }) => value)).toEqual(['Not yet, the first run makes it']);
  });

  test('shows what this page has no word for as it is', () =>
    expect(toldOf({ flux_capacity: 3 })).toEqual([{ label: 'flux capacity', value: '3', exact: false }]));
});

describe('what a person has to decide', () => {
  const failed = (details: Record<string, unknown> | null) => ({ success: false, message: 'No', details });

  test('is another host key, with the server and both fingerprints', () =>
    expect(
      questionOf(
        failed({ reason: 'host_key_changed', host: 'nas', port: 22, fingerprint: 'SHA256:b', known: 'SHA256:a' }),
      ),
    ).toEqual({ about: 'host_key', host: 'nas', port: 22, fingerprint: 'SHA256:b', known: 'SHA256:a' }));

  test('is a certificate, with whatever is known of it', () =>
    expect(questionOf(failed({ reason: 'certificate', fingerprint: 'AA:BB', subject: 'nas' }))).toEqual({
      about: 'certificate',
      fingerprint: 'AA:BB',
      pinned: null,
      subject: 'nas',
      issuer: null,
      validUntil: null,
    }));

  test('is nothing where the box says no reason, or no fingerprint that could be accepted', () => {
    expect(questionOf(failed(null))).toBeNull();
    expect(questionOf(failed({ reason: 'certificate' }))).toBeNull();
    expect(questionOf({ success: true, message: 'Yes', details: { fingerprint: 'SHA256:a' } })).toBeNull();
  });

  test('ends in trust only where a destination can be told of one certificate', () =>
    expect(['s3', 'webdav', 'onedrive', 'google_drive'].map(canPin)).toEqual([true, true, false, false]));
});
