import type { FieldWords } from '../en/provider-fields.ts';

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
  access_token: { label: 'Zugriffstoken', help: '' },
  refresh_token: { label: 'Aktualisierungstoken', help: '' },
  expires_at: { label: 'Zugriffstoken gültig bis', help: 'Sekunden seit 1970' },
  client_id: { label: 'Client-ID', help: 'Der eigenen App-Registrierung' },
  client_secret: { label: 'Client-Geheimnis', help: '' },
  tenant: {
    label: 'Mandant',
    help: 'Für eine eigene App-Registrierung: common, consumers, organizations, eine Domäne oder eine ID',
  },
};

export const fieldWords = (_provider: string, field: string): FieldWords | undefined => fields[field];

const notes: Record<string, string> = {
  s3: 'Legen Sie beim Dienst einen Zugriffsschlüssel an, der nur den Bucket der Sicherungen lesen und schreiben darf.',
  sftp: 'Entweder ein Passwort oder ein privater Schlüssel, dieser mit Passphrase, falls er eine hat.',
  webdav: 'Für Nextcloud und ownCloud legen Sie dort in den Sicherheitseinstellungen ein App-Passwort an.',
  google_drive:
    'Die Anmeldung bei Google geschieht vorerst außerhalb dieser Seite: Fügen Sie die Token der eigenen App-Registrierung ein.',
  onedrive:
    'Die Anmeldung bei Microsoft geschieht vorerst außerhalb dieser Seite: Fügen Sie die Token der eigenen App-Registrierung ein.',
};

export const providerWords = (provider: string): string | undefined => notes[provider];
