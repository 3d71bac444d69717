import { normalize } from 'node:path';
import { boolean, fieldSet, list, optional, text, type ValuesOf } from '../../fields.ts';
import { segmentsOf } from '../../path-rules.ts';

/** A filesystem's UUID as blkid prints it: FAT has 4+4 digits, NTFS 16, the others 36 characters. */
const uuid = {
  pattern: /^[0-9A-Fa-f][0-9A-Fa-f-]{3,35}$/,
  wants: 'a filesystem UUID of 4 to 36 characters, such as 1234-5678',
  max: 36,
};

const fields = {
  mount_point: text({
    label: 'Drive or folder',
    help: 'Absolute path, for example /mnt/backup',
    max: 4096,
    clean: (value) => (value.startsWith('/') ? normalize(value).replace(/(?<=.)\/+$/, '') : value),
    pattern: /^\//,
    wants: 'an absolute path',
  }),
  backup_subdir: text({
    label: 'Folder on it',
    help: 'Relative; several levels allowed; empty for the drive itself',
    max: 4096,
    default: '',
    clean: (value) => (value.startsWith('/') ? value : segmentsOf(value).join('/')),
    problem(value) {
      if (value.startsWith('/')) return 'must be relative to the mount point';
      const segments = segmentsOf(value);
      if (segments.includes('..')) return "must not contain '..'";
      return segments.includes('.dynamight') ? 'must not lie in .dynamight, where the history is kept' : null;
    },
  }),
  usb_uuid: optional(
    text({ label: 'Drive UUID', help: 'The job follows this drive, wherever it is mounted', advanced: true, ...uuid }),
  ),
  usb_uuids: list(
    text({
      label: 'Rotation',
      help: 'UUIDs of drives that take turns; the first is the drive above',
      advanced: true,
      ...uuid,
    }),
    32,
  ),
  auto_mount: boolean({ label: 'Mount before a run', default: false }),
  auto_unmount: boolean({ label: 'Unmount after a run', default: false }),
  run_on_plug: boolean({ label: 'Run when the drive is plugged in', default: false }),
};

export const localConfig = fieldSet(fields, (values, refuse) => {
  const [first] = values.usb_uuids;
  if (first === undefined) return values;
  if (values.usb_uuid !== null && values.usb_uuid.toLowerCase() !== first.toLowerCase())
    return refuse('usb_uuids', 'must begin with usb_uuid');
  return { ...values, usb_uuid: first };
});
export type LocalConfig = ValuesOf<typeof fields>;
