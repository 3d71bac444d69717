/**
 * Reads what rsync prints. Lines come as latin1 strings (one character per byte). rsync writes control characters in
 * names as `\#ooo`, so a name never holds a line break of its own.
 */

/** One line of `--out-format=<mark> %i %l %n`. */
export interface RsyncItem {
  action: 'new' | 'changed' | 'attributes' | 'unchanged' | 'deleted';
  kind: 'file' | 'dir' | 'link' | 'other' | 'unknown';
  /** A name of a file whose content lies there under another name. */
  hardLink: boolean;
  /** Bytes; 0 for deletions. */
  size: number;
  /** Relative to the transfer root, without a trailing slash, one character per byte; '' is the root itself. */
  path: string;
}

const kinds: Record<string, RsyncItem['kind']> = { f: 'file', d: 'dir', L: 'link', D: 'other', S: 'other' };

/** `\#012` → the byte it stands for. */
export const decodeName = (name: string): string =>
  name.includes('\\#')
    ? name.replace(/\\#([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : name;

/** The item on this line, or null when the line is something else. */
export function parseItem(line: string, mark: string): RsyncItem | null {
  if (!line.startsWith(mark)) return null;
  const itemized = line.substr(mark.length + 1, 11);
  const rest = line.slice(mark.length + 13);
  const space = rest.indexOf(' ');
  const size = Number(rest.slice(0, space));
  let path = decodeName(rest.slice(space + 1));
  const isDir = path.endsWith('/');
  if (isDir) path = path.slice(0, -1);
  if (path === '.') path = '';
  if (itemized.startsWith('*deleting'))
    return { action: 'deleted', kind: isDir ? 'dir' : 'unknown', hardLink: false, size: 0, path };
  const [operation, type] = itemized;
  const flags = itemized.slice(2);
  const fresh = flags.startsWith('+');
  const content = operation === '<' || operation === '>';
  const changed = content || (operation !== '.' && /[cst]/i.test(flags.slice(0, 3)));
  return {
    action: fresh ? 'new' : changed ? 'changed' : flags.trim() === '' ? 'unchanged' : 'attributes',
    kind: kinds[type ?? ''] ?? 'unknown',
    hardLink: operation === 'h',
    size,
    path,
  };
}

/** Bytes moved so far and files finished, of a `--info=progress2` line; null when it is no such line. */
export function parseProgress(line: string): { bytes: number; files: number | null } | null {
  const match = /^\s+(\d+)\s+\d+%\s+\S+\/s\s+\S+(?: \(xfr#(\d+),)?/.exec(line);
  return match ? { bytes: Number(match[1]), files: match[2] === undefined ? null : Number(match[2]) } : null;
}

export interface RsyncStats {
  /** Names of regular files in the list rsync worked from. */
  files: number;
  /** Bytes of all files in the list. */
  bytes: number;
  /** Regular files (to be) sent, and their bytes. */
  transferredFiles: number;
  transferredBytes: number;
  /** Regular files (to be) removed. */
  deletedFiles: number;
}

/** Takes the lines of the `--info=stats2` block as they come; `result()` is null until the whole block was seen. */
export function statsReader() {
  const found: Partial<RsyncStats> = {};
  const digits = (text: string | undefined) => Number((text ?? '0').replace(/[,.]/g, ''));
  const fields: [keyof RsyncStats, RegExp][] = [
    ['files', /^Number of files: [\d,.]+(?: \((?:.*?\b)?reg: ([\d,.]+))?/],
    ['deletedFiles', /^Number of deleted files: [\d,.]+(?: \((?:.*?\b)?reg: ([\d,.]+))?/],
    ['transferredFiles', /^Number of regular files transferred: ([\d,.]+)/],
    ['bytes', /^Total file size: ([\d,.]+) bytes/],
    ['transferredBytes', /^Total transferred file size: ([\d,.]+) bytes/],
  ];
  return {
    line(text: string): void {
      if (!text.startsWith('Number of') && !text.startsWith('Total ')) return;
      for (const [field, pattern] of fields) {
        const match = pattern.exec(text);
        if (match) found[field] = digits(match[1]);
      }
    },
    result: (): RsyncStats | null =>
      found.files === undefined || found.bytes === undefined || found.transferredBytes === undefined
        ? null
        : ({ deletedFiles: 0, transferredFiles: 0, ...(found as Partial<RsyncStats>) } as RsyncStats),
  };
}

/** One complaint of rsync about one path (or about nothing in particular: path null). */
export interface RsyncComplaint {
  level: 'warning' | 'error';
  /** As rsync names it, absolute or relative, one character per byte; null when the line names none. */
  path: string | null;
  /** What is wrong, in rsync's words without its own name and the path. */
  message: string;
  /** The system's error number where the line ends with one. */
  errno: number | null;
}

/** Lines that name the temporary file instead of the one it was to become. */
const onTemporary = /^rsync: \[receiver\] (mkstemp|rename|chown|chgrp|fsync|set_file|failed to set)/;
const noise = /^(rsync error:|IO error encountered|rsync warning:|\(Use --|$)/;

/** Reads one line of standard error (or an unmarked line of standard output); null when it complains of nothing. */
export function parseComplaint(line: string): RsyncComplaint | null {
  if (noise.test(line)) return null;
  const vanished = /^file has vanished: "(.*)"/.exec(line);
  if (vanished?.[1] !== undefined)
    return { level: 'warning', path: decodeName(vanished[1]), message: 'vanished while it was read', errno: 2 };
  const skipped = /^skipping non-regular file "(.*)"/.exec(line);
  if (skipped?.[1] !== undefined)
    return { level: 'warning', path: decodeName(skipped[1]), message: 'this destination cannot hold it', errno: null };
  const blocked = /^(cannot delete non-empty directory|could not make way for [a-z ]+): (.*)$/.exec(line);
  if (blocked?.[2] !== undefined)
    return {
      level: blocked[1]?.startsWith('could') ? 'error' : 'warning',
      path: decodeName(blocked[2]).replace(/\/$/, ''),
      message:
        'a folder at the destination is in the way: it holds excluded files. Remove it there, or change the exclude patterns',
      errno: null,
    };
  if (!/^(rsync:|ERROR:|WARNING:)/.test(line)) return null;
  const body = line.replace(/^(rsync|ERROR|WARNING): (\[[a-z]+\] )?/, '');
  const errnoMatch = /\((\d+)\)$/.exec(body);
  const quoted = /"(.+?)"(?= failed|:|$| \(| ->)/.exec(body) ?? /\((\/?.+?)\) failed/.exec(body);
  const bare = /^(.+?) failed verification/.exec(body);
  const path = quoted?.[1] ?? bare?.[1] ?? null;
  const reason = / failed: (.+)$|: ([A-Z][^:"]*\(\d+\))$/.exec(body);
  return {
    level: line.startsWith('WARNING') ? 'warning' : 'error',
    path: path === null ? null : onTemporary.test(line) ? finalName(decodeName(path)) : decodeName(path),
    message: (reason?.[1] ?? reason?.[2] ?? body).replace(/ \(\d+\)$/, ''),
    errno: errnoMatch ? Number(errnoMatch[1]) : null,
  };
}

/** `…/.photo.jpg.x3Fq9Z` (rsync's temporary file) → `…/photo.jpg`. */
const finalName = (path: string): string => path.replace(/(^|\/)\.([^/]+)\.[A-Za-z0-9]{6}$/, '$1$2');
