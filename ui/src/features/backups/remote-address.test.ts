import { describe, expect, test } from 'bun:test';
import { readableAddress, remoteAddress } from './remote-address.ts';

const rows: [string, Record<string, string | number>, string][] = [
  ['s3', { bucket: 'mine', prefix: 'backups/', endpoint: 'https://s3.example.com' }, 'mine/backups at s3.example.com'],
  ['s3', { bucket: 'mine', prefix: '' }, 'mine at AWS'],
  ['sftp', { username: 'backup', host: 'nas.local', port: 22, remote_path: '/backups' }, 'backup@nas.local:/backups'],
  ['sftp', { username: 'anna', host: 'nas', port: 2222, remote_path: 'mine' }, 'anna@nas:mine (port 2222)'],
  ['sftp', { username: 'anna', host: 'fd00::5', port: 22, remote_path: '/x' }, 'anna@[fd00::5]:/x'],
  ['webdav', { url: 'https://cloud.example/remote.php/dav/', remote_path: '/backups' }, 'backups at cloud.example'],
  ['webdav', { url: 'https://cloud.example/dav', remote_path: '/' }, 'cloud.example'],
  ['onedrive', { folder_path: '/Backups/nas' }, 'OneDrive /Backups/nas'],
  ['onedrive', { folder_path: '/' }, 'OneDrive'],
  ['google_drive', { folder_id: '1AbC' }, 'Google Drive'],
];

describe('a destination in the network is named as a person would', () => {
  for (const [type, config, words] of rows)
    test(`${type}: ${words}`, () =>
      expect(remoteAddress({ type, part: (name) => String(config[name] ?? '') })).toBe(words));
});

describe('so is the address the box writes for it', () => {
  const raw: [string, string][] = [
    ['s3:https://s3.example.com/mine/backups', 'mine/backups at s3.example.com'],
    ['s3:mine', 'mine at AWS'],
    ['sftp://backup@nas.local:22//backups', 'backup@nas.local:/backups'],
    ['sftp://anna@fd00::5:22/mine', 'anna@[fd00::5]:mine'],
    ['onedrive:Backups/nas', 'OneDrive /Backups/nas'],
    ['google_drive:root', 'Google Drive'],
    ['https://cloud.example/dav/backups', 'cloud.example/dav/backups'],
  ];
  for (const [address, words] of raw) test(`${address} → ${words}`, () => expect(readableAddress(address)).toBe(words));

  test('and a folder of this box stays as it is', () => expect(readableAddress('/mnt/usb/copy')).toBe('/mnt/usb/copy'));
});
