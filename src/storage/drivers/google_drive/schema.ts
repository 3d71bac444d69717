import { fieldSet, optional, text, type ValuesOf } from '../../fields.ts';
import { oauthFields } from '../../oauth-fields.ts';

const driveId = { pattern: /^[A-Za-z0-9_-]{1,256}$/, wants: 'an ID of letters, digits, - and _', max: 256 };

const config = {
  folder_id: text({
    label: 'Folder',
    help: 'The last part of the folder\'s address in the browser, or "root"',
    ...driveId,
  }),
  shared_drive_id: optional(
    text({ label: 'Shared drive', help: 'ID of the shared drive the folder is in', advanced: true, ...driveId }),
  ),
};

export const googleDriveConfig = fieldSet(config);
export type GoogleDriveConfig = ValuesOf<typeof config>;
export const googleDriveCredential = fieldSet(oauthFields);
export type GoogleDriveCredential = ValuesOf<typeof oauthFields>;
