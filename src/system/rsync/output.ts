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

/** One entry a pattern leaves out; what lies in a folder left out is not told. */
export interface RsyncHidden {
  /** Relative to the transfer root, one character per byte. */
  path: string;
  isDir: boolean;
  /** As it was given, one character per byte. */
  pattern: string;
}

const because = ' because of pattern ';

/**
 * Every way to read this line of `--debug=FILTER`; null when it is another line. There is one way, but for names and
 * patterns that themselves hold rsync's words: then the one whose path is there is right.
 *
 * @param patterns all that were given, one character per byte
 */
export function parseHidden(line: string, patterns: ReadonlySet<string>): RsyncHidden[] | null {
  const [start, kind] = /^\[sender\] hiding (file|directory) /.exec(line) ?? [];
  if (start === undefined) return null;
  const text = decodeName(line.slice(start.length));
  const found: RsyncHidden[] = [];
  for (let at = text.lastIndexOf(because); at > 0; at = text.lastIndexOf(because, at - 1)) {
    const pattern = text.slice(at + because.length);
    if (patterns.has(pattern)) found.push({ path: text.slice(0, at), isDir: kind === 'directory', pattern });
  }
  return found;
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
        : ({ deletedFiles: 0, transferredFiles: 0, ...found } as RsyncStats),
  };
}

/** One complaint of rsync about one path, or about the transfer as a whole (path null). */
export interface RsyncComplaint {
  level: 'warning' | 'error';
  /** As rsync names it, absolute or relative to its tree, one character per byte; null when the line names none. */
  path: string | null;
  /** `path` looks like a temporary file's, which tells less than the name it was to get: see fileMeant. */
  temporary: boolean;
  /** What is wrong, in rsync's words without its own name and the path. */
  message: string;
  /** The system's error number where the line ends with one and speaks of the file itself, not of its attributes. */
  errno: number | null;
}

/** ENODATA: rsync's own word for a file that ended before its size; a disk that fails has others. Exit code 23 too. */
export const shrankErrno = 61;

/** About the end of the whole: the exit code and the last words say it. */
const noise = /^(rsync error:|rsync warning:|IO error encountered|\(Use --|$)/;

/** Lines rsync does not begin with its own name. */
const plain: [pattern: RegExp, level: RsyncComplaint['level'], message: string][] = [
  [/^(?:file|directory) has vanished: "(.*)"$/, 'warning', 'vanished while it was read'],
  [/^skipping non-regular file "(.*)"$/, 'warning', 'this destination cannot hold it'],
  [
    /^cannot delete non-empty directory: (.*)$/,
    'warning',
    'was not deleted at the destination: it holds files that are excluded or could not be deleted',
  ],
  [
    /^could not make way for [a-z ]+: (.*)$/,
    'error',
    'a folder at the destination is in the way: it holds files that are excluded or cannot be deleted. Remove it there, or change the exclude patterns',
  ],
  [/^(?:filename overflows max-path len by \d+|skipping overly long name): (.*)$/, 'error', 'its path is too long'],
];

/** Reads one line of standard error (or an unmarked line of standard output); null when it complains of nothing. */
export function parseComplaint(line: string): RsyncComplaint | null {
  if (noise.test(line)) return null;
  for (const [pattern, level, message] of plain) {
    const path = pattern.exec(line)?.[1];
    if (path !== undefined) return { level, path: cleanName(path), temporary: false, message, errno: null };
  }
  const [start, program, receiving] = /^(rsync|ERROR|WARNING): (?:(\[receiver\])|\[\w+\])? ?/.exec(line) ?? [];
  if (start === undefined) return null;
  const level = program === 'WARNING' ? 'warning' : 'error';
  const body = line.slice(start.length);
  // Names stand unescaped, and may hold anything but a line break; the system's words hold neither colon nor quote.
  const system = /^(.*?)(?: failed)?: ([^:"]+) \((\d+)\)$/.exec(body);
  if (!system) {
    const name = /^(.*) failed verification -- update /.exec(body)?.[1];
    return { level, path: name === undefined ? null : cleanName(name), temporary: false, message: body, errno: null };
  }
  const [, act = '', reason = '', errno] = system;
  const { path, attribute } = objectOf(act);
  if (Number(errno) === shrankErrno && act.startsWith('read errors mapping "'))
    return {
      level: 'warning',
      path: path === null ? null : cleanName(path),
      temporary: false,
      message: 'got shorter while it was being copied; the next run copies it again',
      errno: shrankErrno,
    };
  return {
    level,
    path: path === null ? null : cleanName(path),
    temporary: receiving !== undefined && (attribute !== null || onTemporary.test(act)) && looksTemporary(path ?? ''),
    message:
      attribute === null
        ? reason
        : `${attribute} ${errno === ENOSPC ? 'is too large for this filesystem' : `was not kept: ${reason}`}`,
    // "No space left" for an attribute says nothing about the space on the drive.
    errno: attribute === null ? Number(errno) : null,
  };
}

/** Which path an act of rsync's was about, and which attribute of it if not the file itself. */
function objectOf(act: string): { path: string | null; attribute: string | null } {
  const xattr = /xattr\("(.*)","([^"]*)"(?:,\d+)?\)$/.exec(act);
  if (xattr) return { path: xattr[1] ?? null, attribute: `the attribute ${xattr[2]}` };
  const acl = /^[sg]et_acl: \w+\((.*), ACL_TYPE_\w+\)$/.exec(act);
  if (acl) return { path: acl[1] ?? null, attribute: 'the access list' };
  const bare = /^(?:delete_file: \w+\((.*)\)|backup (?:mkdir|lstat|stat) (.*))$/.exec(act);
  if (bare) return { path: bare[1] ?? bare[2] ?? null, attribute: null };
  const quoted = /^[^"]*"(.*)"/.exec(act)?.[1] ?? null;
  const parts = quoted?.split(arrow) ?? [];
  // From the temporary name to the final one, the same name twice: the arrow in the middle is rsync's own.
  if (/^(rename|copy) "/.test(act) && parts.length > 1)
    return { path: parts.slice(parts.length / 2).join(arrow), attribute: null };
  if (/^(symlink|keep_backup failed:) "/.test(act)) return { path: parts[0] ?? null, attribute: null };
  return { path: quoted, attribute: null };
}

const arrow = '" -> "';

const ENOSPC = '28';

/** Acts of the receiver that name the temporary file instead of the one it is to become. */
const onTemporary = /^(mkstemp|close|chown|chgrp|failed to set) /;
const looksTemporary = (path: string): boolean => /(^|\/)\.([^/]*\.)?[A-Za-z0-9]{6}$/.test(path);

/** rsync names a folder it stands in `folder/.`, and one it deletes `folder/`. */
const cleanName = (path: string): string => decodeName(path).replace(/\/\.?$/, '');
