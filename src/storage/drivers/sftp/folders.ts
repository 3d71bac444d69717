import { StorageError } from '../../errors.ts';
import { foldersAbove } from '../../names.ts';
import { type Attributes, type Channel, status, statusOf } from './channel.ts';
import { failureOf } from './failure.ts';

export type Kind = 'file' | 'folder' | 'other';

const typeBits = 0o170000;
/** Lists of files and what was replaced and deleted lie in it: nobody else at the server is to read them. */
const recordsFolder = '.dynamight';

/** What the entry itself is, never what a link points to. */
export function kindOf(attributes: Attributes, longname = ''): Kind {
  const type = attributes.mode === undefined ? longname[0] : attributes.mode & typeBits;
  if (type === 0o100000 || type === '-') return 'file';
  return type === 0o040000 || type === 'd' ? 'folder' : 'other';
}

/** The entry's attributes, or null when nothing is there. Other errors are the server's own. */
export async function look(channel: Channel, fullPath: string): Promise<Attributes | null> {
  try {
    return await channel.lstat(fullPath);
  } catch (error) {
    if (statusOf(error) === status.noSuchFile) return null;
    throw error;
  }
}

/** Folders of one connection, each looked at once: SFTP follows links on the way, and we never do. */
export interface Folders {
  /** `blocked`: a file or a link is in the way. The root is taken to be there. */
  check(channel: Channel, folder: string): Promise<'there' | 'missing' | 'blocked'>;
  /** Makes what is missing below the root. Throws `no_root`, and `exists` when blocked. */
  make(channel: Channel, folder: string): Promise<void>;
  /** Makes the root where it is missing, and nothing above it (`no_root`). */
  makeRoot(channel: Channel): Promise<void>;
  /** Something was not as it is remembered here. */
  forget(): void;
}

/** A tree of more folders is looked at anew from time to time; nothing else would bound the memory. */
const mostRemembered = 20_000;

export function createFolders(fullPath: (path: string) => string): Folders {
  const known = new Set<string>();
  const withAbove = (folder: string): string[] => (folder === '' ? [] : [...foldersAbove(folder), folder]);
  const remember = (folder: string) => {
    if (known.size >= mostRemembered) known.clear();
    known.add(folder);
  };

  const check: Folders['check'] = async (channel, folder) => {
    if (folder === '' || known.has(folder)) return 'there';
    const unknown = withAbove(folder).filter((one) => !known.has(one));
    const found = await Promise.all(unknown.map((one) => look(channel, fullPath(one))));
    for (const [index, attributes] of found.entries()) {
      if (attributes === null) return 'missing';
      if (kindOf(attributes) !== 'folder') return 'blocked';
      remember(unknown[index] as string);
    }
    return 'there';
  };

  async function makeOne(channel: Channel, folder: string, above: string): Promise<void> {
    try {
      await channel.makeFolder(fullPath(folder), folder === recordsFolder ? 0o700 : undefined);
    } catch (error) {
      // Servers say only "Failure" of a folder that is there already, made by somebody else a moment ago.
      const there = await look(channel, fullPath(folder)).catch(() => null);
      if (there !== null && kindOf(there) === 'folder') return;
      if (there !== null && folder !== '')
        throw new StorageError(
          'exists',
          `${JSON.stringify(folder)} is needed as a folder, and is a file or link there.`,
        );
      if (folder === '' && (there !== null || statusOf(error) === status.noSuchFile))
        throw new StorageError(
          'no_root',
          `The folder ${fullPath('')} is not there, nor the folder above it. Make it, or correct it.`,
        );
      throw await failureOf(error, channel, { doing: 'be made', path: folder, folder: fullPath(above), needs: 1 });
    }
  }

  const rootGone = () =>
    new StorageError('no_root', `The folder ${fullPath('')} is not there. Make it, or correct it.`);

  return {
    check,
    async make(channel, folder) {
      const state = await check(channel, folder);
      if (state === 'blocked')
        throw new StorageError('exists', `${JSON.stringify(folder)} cannot be made: a file or a link is in its way.`);
      if (state === 'there' && folder !== '') return;
      if ((await look(channel, fullPath(''))) === null) throw rootGone();
      let above = '';
      for (const one of withAbove(folder)) {
        if (!known.has(one)) await makeOne(channel, one, above);
        remember(one);
        above = one;
      }
    },
    async makeRoot(channel) {
      if ((await look(channel, fullPath(''))) === null) await makeOne(channel, '', '');
    },
    forget: () => known.clear(),
  };
}
