import { StorageError } from '../../errors.ts';
import { listedName, pathProblem } from '../../names.ts';

/** Longest key S3 takes, UTF-8 bytes, the prefix included. */
const longestKey = 1024;

/** Between paths of the contract and keys of the bucket: everything lies below the prefix, if there is one. */
export interface Keys {
  /** What every key of ours begins with: empty, or ending in `/`. */
  readonly root: string;
  keyOf(path: string): string;
  /** What keys of everything below a folder begin with. */
  prefixOf(folder: string): string;
  /** Of a key or common prefix as listed below `prefix`. Throws `protocol` for one that is no path, or lies elsewhere. */
  pathOf(key: string, prefix: string): string;
  problem(path: string): string | null;
}

export function createKeys(prefix: string): Keys {
  const root = prefix.replace(/\/+$/, '') === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  const maxPathBytes = longestKey - Buffer.byteLength(root);
  return {
    root,
    keyOf: (path) => root + path,
    prefixOf: (folder) => (folder === '' ? root : `${root}${folder}/`),
    pathOf(key, prefix) {
      if (!key.startsWith(prefix))
        throw new StorageError('protocol', 'The bucket listed objects that were not asked for. Nothing of it is used.');
      for (const name of key.slice(prefix.length).split('/')) listedName(name);
      return key.slice(root.length);
    },
    problem: (path) => pathProblem(path, { maxPathBytes }),
  };
}

/** A key as a listing in URL encoding tells it: a plus is a space there, as in forms. */
export function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    throw new StorageError('protocol', 'The bucket holds an object whose name is no text. Rename or remove it.', {
      cause: error,
    });
  }
}

/** Of `x-amz-copy-source`: every name encoded, the slashes not. */
export const copySource = (bucket: string, key: string): string =>
  `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
