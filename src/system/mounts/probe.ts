import { runCommand } from '../process/run.ts';
import { findTool } from '../process/tools.ts';

export interface Superblock {
  /** `ext4`, `exfat`, `ntfs` … */
  type: string | null;
  uuid: string | null;
  label: string | null;
}

const timeoutMs = 10_000;

/**
 * What stands at the beginning of a block device: read from it (which takes root), else what blkid remembers of it. All
 * null when it holds nothing known, may not be read, or there is no blkid.
 */
export async function probeSuperblock(device: string): Promise<Superblock> {
  if (findTool('blkid') === null) return { type: null, uuid: null, label: null };
  const fresh = parseUdevFormat(await blkid(['-p', '-o', 'udev', '--', device]));
  return fresh.type === null ? parseUdevFormat(await blkid(['-o', 'udev', '--', device])) : fresh;
}

async function blkid(args: string[]): Promise<string> {
  const said = await runCommand(['blkid', ...args], { timeoutMs });
  return said.code === 0 ? said.stdout : '';
}

/** The one output of blkid that escapes without loss: spaces, quotes and bytes that are not UTF-8 as `\x20`. */
export function parseUdevFormat(text: string): Superblock {
  const value = (key: string) => {
    const found = new RegExp(`^ID_FS_${key}=(.+)$`, 'm').exec(text)?.[1];
    if (found === undefined) return null;
    const bytes = Buffer.from(found)
      .toString('latin1')
      .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8').trim() || null;
  };
  return { type: value('TYPE'), uuid: value('UUID_ENC') ?? value('UUID'), label: value('LABEL_ENC') };
}
