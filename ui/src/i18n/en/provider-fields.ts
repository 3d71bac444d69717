/** A field as people read it: the box sends English, so in English its own words stand. */
export interface FieldWords {
  label: string;
  help: string;
}

/** A kind of storage, as people choose it. */
export interface KindWords {
  name: string;
  note: string;
}

export const fieldWords = (_provider: string, _field: string): FieldWords | undefined => undefined;
/** One of the values a field offers. */
export const choiceWords = (_field: string, _value: string): string | undefined => undefined;

const kinds: Record<string, KindWords> = {
  local: { name: 'A drive or folder of this box', note: 'USB drives, disks, mounted shares' },
  s3: {
    name: 'S3 storage (AWS, Backblaze, Hetzner, MinIO …)',
    note: 'A bucket at a storage service, or on a server of your own',
  },
  google_drive: { name: 'Google Drive', note: 'A folder in your account, or in a shared drive' },
  onedrive: { name: 'OneDrive', note: 'A folder in your Microsoft account, private or at work' },
  sftp: { name: 'A server by SSH (SFTP)', note: 'Another computer, a NAS, or a rented server' },
  webdav: { name: 'WebDAV (Nextcloud, ownCloud …)', note: 'A folder in your own cloud, or at a provider' },
};

export const kindWords = (provider: string): KindWords | undefined => kinds[provider];

const notes: Record<string, string> = {
  s3: 'Make an access key at the service that may read and write the bucket of your backups, and nothing else.',
  sftp: 'Either a password, or a private key with its passphrase if it has one.',
  webdav: 'For Nextcloud and ownCloud, make an app password in your security settings there.',
};

/** What to know before filling in the fields of a kind of storage. */
export const providerWords = (provider: string): string | undefined => notes[provider];
