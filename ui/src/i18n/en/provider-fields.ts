/** A field as people read it: the box sends English, so in English its own words stand. */
export interface FieldWords {
  label: string;
  help: string;
}

export const fieldWords = (_provider: string, _field: string): FieldWords | undefined => undefined;

const notes: Record<string, string> = {
  s3: 'Make an access key at the service that may read and write the bucket of your backups, and nothing else.',
  sftp: 'Either a password, or a private key with its passphrase if it has one.',
  webdav: 'For Nextcloud and ownCloud, make an app password in your security settings there.',
  google_drive:
    'Signing in with Google is done outside of this page for now: paste the tokens of your own app registration.',
  onedrive:
    'Signing in with Microsoft is done outside of this page for now: paste the tokens of your own app registration.',
};

/** What to know before filling in the fields of a kind of storage. */
export const providerWords = (provider: string): string | undefined => notes[provider];
