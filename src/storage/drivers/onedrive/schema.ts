import { fieldSet, optional, text, type ValuesOf } from '../../fields.ts';
import { oauthFields, tenantField } from '../../oauth-fields.ts';
import { dotProblem } from '../../path-rules.ts';

const config = {
  folder_path: text({
    label: 'Folder',
    help: 'For example /Backups/server1; / for the whole drive',
    max: 400,
    problem(value) {
      if (/["*:<>?|\\]/.test(value)) return 'must not contain any of " * : < > ? | \\';
      if (value.split('/').some((segment) => /^[ ~]|[ .]$/.test(segment) && !/^\.{1,2}$/.test(segment)))
        return "must not have a folder that begins with a space or '~', or ends with a space or '.'";
      return dotProblem(value);
    },
  }),
  drive_id: optional(
    text({
      label: 'Drive',
      help: "ID of a shared or SharePoint drive; empty for the account's own",
      advanced: true,
      pattern: /^[A-Za-z0-9!_.-]{1,256}$/,
      wants: 'a drive ID of letters, digits, and ! _ . -',
    }),
  ),
};

const credential = {
  ...oauthFields,
  tenant: tenantField,
};

export const oneDriveConfig = fieldSet(config);
export type OneDriveConfig = ValuesOf<typeof config>;
export const oneDriveCredential = fieldSet(credential);
export type OneDriveCredential = ValuesOf<typeof credential>;
