import { describe, expect, test } from 'bun:test';
import {
  decodeName,
  parseComplaint,
  parseHidden,
  parseItem,
  parseProgress,
  type RsyncItem,
  statsReader,
} from './output.ts';

const mark = '@5fc2';
/** A line of rsync's, and a byte that is not ASCII, as they come out of the pipe. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describe('item lines', () => {
  const rows: [line: string, want: Partial<RsyncItem>][] = [
    ['>f+++++++++ 2 a.txt', { action: 'new', kind: 'file', size: 2, path: 'a.txt', hardLink: false }],
    ['>f+++++++++ 0 empty', { action: 'new', size: 0 }],
    ['>f.s....... 4 f', { action: 'changed', kind: 'file', size: 4 }],
    ['>f..t...... 3 f', { action: 'changed' }],
    ['>fc........ 3 f', { action: 'changed' }],
    ['.f...pog..x 2 f', { action: 'attributes', kind: 'file' }],
    ['.f          7 f', { action: 'unchanged', kind: 'file', size: 7 }],
    ['hf+++++++++ 9 other', { action: 'new', kind: 'file', hardLink: true, size: 9 }],
    ['cd+++++++++ 4096 dir/', { action: 'new', kind: 'dir', path: 'dir' }],
    ['.d..t...... 4096 ./', { action: 'attributes', kind: 'dir', path: '' }],
    ['cL+++++++++ 1 link', { action: 'new', kind: 'link' }],
    ['cLc.T...... 1 link', { action: 'changed', kind: 'link' }],
    ['cS+++++++++ 0 pipe', { action: 'new', kind: 'other' }],
    ['cD+++++++++ 0 null', { action: 'new', kind: 'other' }],
    ['*deleting   0 sub/gone', { action: 'deleted', kind: 'unknown', size: 0, path: 'sub/gone' }],
    ['*deleting   0 sub/', { action: 'deleted', kind: 'dir', path: 'sub' }],
    ['>f+++++++++ 5000000000000 huge', { size: 5_000_000_000_000 }],
  ];
  for (const [line, want] of rows)
    test(JSON.stringify(line), () => expect(parseItem(`${mark} ${line}`, mark)).toMatchObject(want));

  test('names come back byte for byte', () => {
    const names: [printed: string, name: string | Buffer][] = [
      ['a\\#012b', 'a\nb'],
      ['\\', '\\'],
      ['x\\#01', 'x\\#01'],
      ['\\#134#012', '\\#012'],
      ['\\#134#134', '\\#134'],
      ['a\\#134#0129', 'a\\#0129'],
      ['\\#001\\#033[2J', '\u0001\u001b[2J'],
      ['  two blanks ', '  two blanks '],
      ['\tx', '\tx'],
      [latin1('Amélie 🗂'), 'Amélie 🗂'],
      ['\xff\xfe', Buffer.from([0xff, 0xfe])],
      ['Number of regular files transferred: 999', 'Number of regular files transferred: 999'],
      ['Backup complete', 'Backup complete'],
      ['rsync error: x (code 23)', 'rsync error: x (code 23)'],
      [`${mark} *deleting   0 x`, `${mark} *deleting   0 x`],
    ];
    for (const [printed, name] of names) {
      const item = parseItem(`${mark} >f+++++++++ 1 ${printed}`, mark);
      expect(Buffer.from(item?.path ?? '', 'latin1')).toEqual(Buffer.from(name as string));
      expect(Buffer.from(decodeName(printed), 'latin1')).toEqual(Buffer.from(name as string));
    }
  });

  test('nothing is an item without the mark', () => {
    for (const line of ['>f+++++++++ 2 a.txt', ' @5fc2 >f+++++++++ 2 a.txt', '', 'created directory ./L'])
      expect(parseItem(line, mark)).toBeNull();
  });
});

describe('lines about what a pattern leaves out', () => {
  const read = (line: string, ...patterns: string[]) => parseHidden(line, new Set(patterns));
  const hiding = '[sender] hiding file';

  test('name the entry, and the pattern as it was given', () => {
    const dir = { path: 'sub/cache', isDir: true, pattern: 'cache/' };
    expect(read('[sender] hiding directory sub/cache because of pattern cache/', 'cache/')).toEqual([dir]);
    const file = { path: 'a\nb\\#012.tmp', isDir: false, pattern: '*.tmp' };
    expect(read(`${hiding} a\\#012b\\#134#012.tmp because of pattern *.tmp`, 'x', '*.tmp')).toEqual([file]);
  });

  test('have several readings when a name quotes rsync, and none when no such pattern was given', () => {
    const line = `${hiding} x because of pattern y because of pattern z`;
    const readings = read(line, 'z', 'y because of pattern z')?.map(({ path }) => path);
    expect(readings).toEqual(['x because of pattern y', 'x']);
    expect(read(line, 'q')).toEqual([]);
  });

  test('are no other lines', () => {
    for (const line of ['@m >f+++++++++ 1 [sender] hiding file a because of pattern z', ' hiding', ''])
      expect(read(line, 'z')).toBeNull();
  });
});

describe('progress lines', () => {
  const rows: [line: string, want: ReturnType<typeof parseProgress>][] = [
    ['              0 100%    0.00kB/s    0:00:00 (xfr#0, to-chk=0/1)', { bytes: 0, files: 0 }],
    ['          32768   1%    0.00kB/s    0:00:00  ', { bytes: 32_768, files: null }],
    ['        2097152  69%    1.96MB/s    0:00:00  ', { bytes: 2_097_152, files: null }],
    ['        3000003 100%    1.93MB/s    0:00:01 (xfr#3, to-chk=0/4)', { bytes: 3_000_003, files: 3 }],
    ['        3000000  99%    2.10MB/s    0:00:01 (xfr#1, ir-chk=1002/4004)', { bytes: 3_000_000, files: 1 }],
    ['  8796093022208  12%  110.00MB/s   ??:??:??  ', { bytes: 8_796_093_022_208, files: null }],
    ['Number of files: 4 (reg: 3, dir: 1)', null],
    [`${mark} >f+++++++++ 2    12 50% 1MB/s 0:00:01`, null],
    ['total size is 3000003  speedup is 1.00', null],
    ['', null],
  ];
  for (const [line, want] of rows) test(JSON.stringify(line), () => expect(parseProgress(line)).toEqual(want));
});

describe('the totals', () => {
  const read = (block: string) => {
    const stats = statsReader();
    for (const line of block.split('\n')) stats.line(line);
    return stats.result();
  };
  const block = `
Number of files: 10004 (reg: 10003, dir: 1)
Number of created files: 3 (reg: 3)
Number of deleted files: 17 (reg: 12, dir: 4, link: 1)
Number of regular files transferred: 1003
Total file size: 3000003 bytes
Total transferred file size: 2000003 bytes
Literal data: 3000000 bytes
Matched data: 0 bytes
File list size: 0
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 3000903
Total bytes received: 73

sent 3000903 bytes  received 73 bytes  2000650.67 bytes/sec
total size is 3000003  speedup is 1.00`;
  const totals = {
    files: 10_003,
    bytes: 3_000_003,
    transferredFiles: 1_003,
    transferredBytes: 2_000_003,
    deletedFiles: 12,
  };

  test('are read whole', () => expect(read(block)).toEqual(totals));

  test('are read with thousands separators too, of any language', () => {
    for (const separator of [',', '.']) {
      const grouped = block.replace(/\d{4,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, separator));
      expect(grouped).toContain(`3${separator}000${separator}003`);
      expect(read(grouped)).toEqual(totals);
    }
  });

  test('count regular files alone, where there are none too', () => {
    const folders = block
      .replace('10004 (reg: 10003, dir: 1)', '1 (dir: 1)')
      .replace('17 (reg: 12, dir: 4, link: 1)', '5 (dir: 4, link: 1)');
    expect(read(folders)).toMatchObject({ files: 0, deletedFiles: 0 });
    const links = block.replace('10004 (reg: 10003, dir: 1)', '12 (reg: 7, dir: 2, link: 2, special: 1)');
    expect(read(links)).toMatchObject({ files: 7 });
    expect(read(block.replace(/Number of deleted.*\n/, ''))).toMatchObject({ deletedFiles: 0 });
  });

  test('are none until the whole block was seen', () => {
    const lines = block.split('\n');
    const last = lines.findIndex((line) => line.startsWith('Total transferred'));
    expect(read(lines.slice(0, last).join('\n'))).toBeNull();
    expect(read('')).toBeNull();
  });
});

/** Captured from rsync 3.5.0; 3.2.7 says the same unless marked. */
describe('complaints', () => {
  const denied = { message: 'Permission denied', errno: 13 };
  const refused = { message: 'Operation not permitted', errno: 1 };
  const rows: [line: string, want: Partial<ReturnType<typeof parseComplaint> & object>][] = [
    ['rsync: [sender] send_files failed to open "/s/a": Permission denied (13)', { path: '/s/a', ...denied }],
    ['rsync: send_files failed to open "/s/a": Permission denied (13)', { path: '/s/a', ...denied }], // before 3.2
    ['rsync: [sender] opendir "/s/dir" failed: Permission denied (13)', { path: '/s/dir', ...denied }],
    ['rsync: [sender] link_stat "/s/x" failed: No such file or directory (2)', { path: '/s/x', errno: 2 }],
    ['rsync: [sender] change_dir "/s" failed: No such file or directory (2)', { path: '/s', errno: 2 }],
    ['rsync: [sender] readlink_stat("/s/l") failed: Input/output error (5)', { path: '/s/l', errno: 5 }],
    ['rsync: [sender] readdir("/s/d"): Structure needs cleaning (117)', { path: '/s/d', errno: 117 }],
    ['rsync: [sender] read errors mapping "/s/bad": Input/output error (5)', { path: '/s/bad', errno: 5 }],
    [
      'rsync: [sender] read errors mapping "/s/shrank": No data available (61)',
      { path: '/s/shrank', errno: 61, level: 'warning' },
    ],
    ['rsync: [receiver] write failed on "/d/big": No space left on device (28)', { path: '/d/big', errno: 28 }],
    ['rsync: [generator] recv_generator: mkdir "/d/n" failed: Read-only file system (30)', { path: '/d/n', errno: 30 }],
    ['rsync: [generator] failed to set times on "/d/.": Operation not permitted (1)', { path: '/d', ...refused }],
    [
      'rsync: [generator] failed to set permissions on "/d/x": Operation not permitted (1)',
      { path: '/d/x', ...refused },
    ],
    ['rsync: [generator] chown "/d/f" failed: Operation not permitted (1)', { path: '/d/f', ...refused }],
    ['rsync: [generator] mknod "/d/ff" failed: Operation not permitted (1)', { path: '/d/ff', ...refused }],
    ['rsync: [generator] symlink "/d/l" -> "q" failed: Operation not permitted (1)', { path: '/d/l', ...refused }],
    ['rsync: [generator] link "/d/hl" => dd/new failed: Operation not permitted (1)', { path: '/d/hl', ...refused }],
    ['rsync: [generator] delete_file: unlink(d/f) failed: Operation not permitted (1)', { path: 'd/f', ...refused }],
    ['rsync: [generator] delete_file: rmdir(a) (b) failed: Device or resource busy (16)', { path: 'a) (b', errno: 16 }],
    [
      'rsync: [generator] delete_file: make_backup(d/f) failed: Operation not permitted (1)',
      { path: 'd/f', ...refused },
    ],
    ['rsync: [receiver] backup mkdir ../h/d failed: Operation not permitted (1)', { path: '../h/d', ...refused }],
    ['rsync: [receiver] rename "/d/n/.f.zokJOn" -> "n/f": Operation not permitted (1)', { path: 'n/f', ...refused }],
    [
      'rsync: [receiver] keep_backup failed: "/d/f" -> "../h/f": Operation not permitted (1)',
      { path: '/d/f', ...refused },
    ],
    [
      'rsync: [receiver] mkstemp "/d/.g.vgCcXY" failed: Permission denied (13)',
      { path: '/d/.g.vgCcXY', temporary: true, ...denied },
    ],
    [
      'rsync: [receiver] failed to set times on "/d/.g.vgCcXY": Operation not permitted (1)',
      { path: '/d/.g.vgCcXY', temporary: true, ...refused },
    ],
    [
      'rsync: [receiver] chown "/d/g" failed: Operation not permitted (1)',
      { path: '/d/g', temporary: false, ...refused },
    ],
    [
      'rsync: [sender] send_files failed to open "/s/.g.vgCcXY": Permission denied (13)',
      { path: '/s/.g.vgCcXY', temporary: false },
    ],
    [
      'rsync: [receiver] rsync_xal_set: fsetxattr("/d/.f.ygWkMI","user.big") failed: No space left on device (28)',
      {
        path: '/d/.f.ygWkMI',
        temporary: true,
        message: 'the attribute user.big is too large for this filesystem',
        errno: null,
      },
    ],
    // 3.2.7
    [
      'rsync: [receiver] rsync_xal_set: lsetxattr("/d/f","user.q") failed: Operation not supported (95)',
      { path: '/d/f', message: 'the attribute user.q was not kept: Operation not supported', errno: null },
    ],
    [
      'rsync: [receiver] set_acl: xacl_set(n/.f.R9qCWm, ACL_TYPE_ACCESS): Operation not supported (95)',
      { path: 'n/.f.R9qCWm', temporary: true, errno: null },
    ],
    // 3.2.7
    [
      'rsync: [generator] set_acl: sys_acl_set_file(dd, ACL_TYPE_DEFAULT): Operation not supported (95)',
      { path: 'dd', message: 'the access list was not kept: Operation not supported', errno: null },
    ],
    ['file has vanished: "/s/a"', { level: 'warning', path: '/s/a', message: 'vanished while it was read' }],
    ['directory has vanished: "/s/d"', { level: 'warning', path: '/s/d', message: 'vanished while it was read' }],
    ['skipping non-regular file "l"', { level: 'warning', path: 'l' }],
    ['cannot delete non-empty directory: x', { level: 'warning', path: 'x' }],
    ['could not make way for new regular file: x', { level: 'error', path: 'x' }],
    ['could not make way for new symlink: a: b/', { level: 'error', path: 'a: b' }],
    ['filename overflows max-path len by 171: d/d/leaf', { level: 'error', path: 'd/d/leaf' }],
    ['WARNING: n/f failed verification -- update discarded (will try again).', { level: 'warning', path: 'n/f' }],
    ['ERROR: n/f failed verification -- update discarded.', { level: 'error', path: 'n/f' }],
    ['rsync: [sender] write error: Broken pipe (32)', { path: null, message: 'Broken pipe', errno: 32 }],
    ['rsync: connection unexpectedly closed (44 bytes received so far) [sender]', { path: null, errno: null }],
  ];
  for (const [line, want] of rows)
    test(line, () => expect(parseComplaint(line)).toMatchObject({ level: 'error', temporary: false, ...want }));

  test('of names that look like a part of the line name the whole name', () => {
    const names = [
      'q": fo (3)',
      'a" failed: x',
      '"',
      '""',
      ': No space left on device (28)',
      'a) failed: b',
      '(x)',
      ' ',
    ];
    for (const name of names) {
      const lines = [
        [`rsync: [sender] send_files failed to open "/s/${name}": Permission denied (13)`, `/s/${name}`],
        [`rsync: [sender] opendir "/s/${name}" failed: Permission denied (13)`, `/s/${name}`],
        [`rsync: [receiver] mkstemp "/d/.${name}.5Zi7jC" failed: Permission denied (13)`, `/d/.${name}.5Zi7jC`],
        [`rsync: [generator] delete_file: unlink(${name}) failed: Permission denied (13)`, name],
        [`rsync: [receiver] rename "/d/.${name}.fhJZx9" -> "${name}": Permission denied (13)`, name],
      ] as const;
      for (const [line, path] of lines) expect(parseComplaint(line)).toMatchObject({ path, errno: 13 });
      expect(parseComplaint(`file has vanished: "/s/${name}"`)?.path).toBe(`/s/${name}`);
      expect(parseComplaint(`could not make way for new directory: ${name}`)?.path).toBe(name);
    }
    const twice = 'rsync: [receiver] rename "/d/.a" -> "b.fhJZx9" -> "n/a" -> "b": Permission denied (13)';
    expect(parseComplaint(twice)?.path).toBe('n/a" -> "b');
  });

  test('name line breaks and other bytes as they are', () => {
    const line = `rsync: [sender] send_files failed to open "/s/we"ird (13)\\#012\xff": Permission denied (13)`;
    expect(parseComplaint(line)?.path).toBe('/s/we"ird (13)\n\xff');
  });

  test('are not made of anything else rsync says', () => {
    const lines = [
      'rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1394) [sender=3.5.0]',
      'rsync warning: some files vanished before they could be transferred (code 24) at main.c(1394) [sender=3.5.0]',
      'IO error encountered -- skipping file deletion',
      '*** Skipping any contents from this failed directory ***',
      'created directory ./t/L',
      'Number of files: 4 (reg: 3, dir: 1)',
      'sent 150 bytes  received 58 bytes  416.00 bytes/sec',
      '',
    ];
    for (const line of lines) expect([line, parseComplaint(line)]).toEqual([line, null]);
  });
});
