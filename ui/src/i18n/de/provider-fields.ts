import type { FieldWords, KindWords } from '../en/provider-fields.ts';

/** Sent in English by the box; those it does not know yet are shown as they are sent. */
const fields: Record<string, FieldWords> = {
  access_key_id: { label: 'Zugriffsschlüssel-ID', help: '' },
  secret_access_key: { label: 'Geheimer Zugriffsschlüssel', help: '' },
  session_token: { label: 'Sitzungstoken', help: '' },
  username: { label: 'Benutzername', help: '' },
  password: { label: 'Passwort', help: '' },
  private_key: { label: 'Privater Schlüssel', help: 'Die ganze Datei, sie beginnt mit -----BEGIN' },
  passphrase: { label: 'Passphrase des Schlüssels', help: '' },
  token: { label: 'Bearer-Token', help: 'Anstelle von Benutzername und Passwort' },
  bucket: { label: 'Bucket', help: '' },
  prefix: { label: 'Präfix', help: 'Ordner im Bucket, zum Beispiel backups/server1/' },
  region: { label: 'Region', help: 'Zum Beispiel us-east-1; Dienste ohne Regionen nehmen jede an' },
  endpoint: { label: 'Endpunkt', help: 'Adresse eines S3-kompatiblen Dienstes; leer für AWS' },
  storage_class: {
    label: 'Speicherklasse',
    help: 'Klassen, die vor dem Lesen aufgetaut werden müssen, fehlen hier: Dort ließe sich nichts sofort prüfen oder wiederherstellen',
  },
  certificate_sha256: {
    label: 'Fingerabdruck des Zertifikats',
    help: 'SHA-256 des einen Zertifikats, das angenommen wird, für einen Server mit eigenem Zertifikat; sonst leer',
  },
  folder_id: { label: 'Ordner', help: 'Der letzte Teil der Adresse des Ordners im Browser, oder „root“' },
  shared_drive_id: { label: 'Geteilte Ablage', help: 'ID der geteilten Ablage, in der der Ordner liegt' },
  folder_path: { label: 'Ordner', help: 'Zum Beispiel /Backups/server1; / für das ganze Laufwerk' },
  drive_id: {
    label: 'Laufwerk',
    help: 'ID eines freigegebenen oder eines SharePoint-Laufwerks; leer für das eigene des Kontos',
  },
  host: { label: 'Rechner', help: 'Name oder Adresse des SSH-Servers' },
  port: { label: 'Port', help: '' },
  remote_path: { label: 'Ordner', help: 'Zum Beispiel /backups' },
  'sftp.remote_path': {
    label: 'Ordner',
    help: 'Zum Beispiel /backups; ohne / am Anfang liegt er im eigenen Ordner des Benutzers',
  },
  'webdav.remote_path': { label: 'Ordner', help: 'Unterhalb der Adresse, zum Beispiel /backups' },
  key_based_auth: { label: 'Mit einem Schlüssel anmelden', help: '' },
  url: { label: 'Adresse', help: 'Zum Beispiel https://cloud.example.com/remote.php/dav/files/anna' },
};

export const fieldWords = (provider: string, field: string): FieldWords | undefined =>
  fields[`${provider}.${field}`] ?? fields[field];

const choices: Record<string, string> = {
  'storage_class.STANDARD': 'Standard',
  'storage_class.STANDARD_IA': 'Seltener Zugriff',
  'storage_class.ONEZONE_IA': 'Seltener Zugriff, eine Zone',
  'storage_class.INTELLIGENT_TIERING': 'Wählt der Dienst nach Zugriffen',
  'storage_class.GLACIER_IR': 'Glacier, sofort lesbar',
  'storage_class.REDUCED_REDUNDANCY': 'Verringerte Ausfallsicherheit',
};

export const choiceWords = (field: string, value: string): string | undefined => choices[`${field}.${value}`];

const kinds: Record<string, KindWords> = {
  local: { name: 'Ein Laufwerk oder Ordner dieses Geräts', note: 'USB-Laufwerke, Festplatten, eingehängte Freigaben' },
  s3: {
    name: 'S3-Speicher (AWS, Backblaze, Hetzner, MinIO …)',
    note: 'Ein Bucket bei einem Speicherdienst oder auf einem eigenen Server',
  },
  google_drive: { name: 'Google Drive', note: 'Ein Ordner in Ihrem Konto oder in einer geteilten Ablage' },
  onedrive: { name: 'OneDrive', note: 'Ein Ordner in Ihrem Microsoft-Konto, privat oder bei der Arbeit' },
  sftp: { name: 'Ein Server über SSH (SFTP)', note: 'Ein anderer Rechner, ein NAS oder ein gemieteter Server' },
  webdav: { name: 'WebDAV (Nextcloud, ownCloud …)', note: 'Ein Ordner in der eigenen Cloud oder bei einem Anbieter' },
};

export const kindWords = (provider: string): KindWords | undefined => kinds[provider];

const notes: Record<string, string> = {
  s3: 'Legen Sie beim Dienst einen Zugriffsschlüssel an, der nur den Bucket der Sicherungen lesen und schreiben darf.',
  sftp: 'Entweder ein Passwort oder ein privater Schlüssel, dieser mit Passphrase, falls er eine hat.',
  webdav: 'Für Nextcloud und ownCloud legen Sie dort in den Sicherheitseinstellungen ein App-Passwort an.',
};

export const providerWords = (provider: string): string | undefined => notes[provider];
