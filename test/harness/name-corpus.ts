/** Names that broke programs which move files, by what is odd about them. No two of a group differ only in case or form. */
export interface NameGroup {
  /** Ends the sentence "names with …". */
  what: string;
  names: readonly string[];
}

const words = (text: string): string[] => text.split(' ');

/** Names as they lie on people's disks: all UTF-8, none longer than 255 bytes, none with `/` or NUL. */
export const nameCorpus: readonly NameGroup[] = [
  {
    what: 'line ends, escape codes and other control characters',
    names: [
      'a\nb',
      'a\rb',
      'a\r\nb',
      '\n',
      'end\n',
      'a\tb',
      '\u001b[2J',
      '\u0007',
      '\u007f',
      '\u0001',
      'c1 \u0085 x',
      'c1 \u009b x',
    ],
  },
  {
    what: 'what addresses and queries are made of',
    names: words(
      '%00 %2F %2e%2e 100% a%20b a+b a#b a?b a&b=c a;b a@b a=b a,b http: file:x ?prefix= a%zz %25 {id} [1]',
    ).concat('a b', '\u00a0', 'a  b'),
  },
  {
    what: 'quotes, markup and what shells and XML read',
    names: words(`"a" 'a' \`id\` $(id) $HOME ;ls & <b> ]]> <!-- &amp; &#x0; a|b * ** ~ ! ^ {} \\ a\\b \\\\x \\#012 ''`),
  },
  {
    what: 'the characters that Windows forbids',
    names: ['a:b', 'a*b', 'a?', 'a"b', 'a<b', 'a>b', 'a|b c', 'x:', ':x', '::$DATA', 'b:stream:$DATA'],
  },
  {
    what: 'the words that Windows and services keep for themselves',
    names: words(
      'CON nul.txt aux com1 LPT9.log desktop.ini .lock _vti_ ~$draft.docx forms thumbs.db .DS_Store .htaccess web.config',
    ),
  },
  {
    what: 'dots and spaces at their ends',
    names: [
      'a.',
      'b..',
      '...',
      '..a',
      '.hidden',
      ' ',
      '  x',
      'c ',
      'd. ',
      ' .e',
      '. f',
      'tab\t',
      '\u3000',
      'nbsp\u00a0',
    ],
  },
  {
    what: 'a dash, a tilde, or the look of an option or a report at their start',
    names: [
      ...words('-rf --delete - -- ~x @x #x =1 +1 .~tmp~ .f.txt.AbCdEf'),
      '+ x',
      '- x',
      ': f',
      'deleting x',
      'Backup complete',
      'Number of regular files transferred: 999',
      'rsync error: some files could not be read (code 23)',
    ],
  },
  {
    what: 'letters of many scripts',
    names: [
      'Ünïcödé',
      'Привет',
      '你好',
      '日本語',
      'العربية',
      'עברית',
      'हिन्दी',
      'ไทย',
      '한국어',
      'ɐ̤̈',
      'ß',
      'ı',
      'Ωmega',
      'ŉ',
      '\u{20000}',
    ],
  },
  {
    what: 'emoji, joined and plain',
    names: ['🗂', '😀.txt', '👨‍👩‍👧‍👦', '🇩🇪', '❤️', '1️⃣', '\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}', '\u{10ffff}x'],
  },
  {
    what: 'letters that are not seen, or turn the text around',
    names: [
      '\u202etxt.exe',
      '\u200b',
      'a\u200bb',
      '\ufeffx',
      'x\ufeff',
      '\u2066a\u2069',
      'a\u00adb',
      '\u2028',
      '\u2029y',
      '\ufffd',
      '\uffff',
      '\u200d',
    ],
  },
  {
    what: 'accents as letters of their own',
    names: ['Ame\u0301lie', 'A\u030angstro\u0308m', '\u0301', 'e\u0323\u0307', '\u1100\u1161\u11a8', 'q\u0307\u0323'],
  },
  {
    what: 'accents in one letter, and signs that have a twin',
    names: ['Amélie', 'Ångström', '\u212b', '\u2126', 'ﬁle', '①', '\uff0f', '\u2024\u2024', 'ﾊﾟ'],
  },
  {
    what: 'as many bytes as a disk can hold',
    names: ['x'.repeat(255), '€'.repeat(85), `${'😀'.repeat(63)}abc`, `${'y'.repeat(251)}.txt`, `${'é'.repeat(127)}z`],
  },
  {
    what: 'digits, endings and words that programs take for something else',
    names: words(
      '0 00 0x10 1e5 null undefined NaN true __proto__ constructor toString a.tar.gz .dynamight .git index.html a.gz a.part x.tmp',
    ),
  },
];

/** Two names a service that folds case takes for one. */
export const caseTwins: readonly (readonly [string, string])[] = [
  ['Readme.md', 'README.md'],
  ['straße', 'STRAßE'],
  ['é', 'É'],
  ['я', 'Я'],
];

/** Two names that look alike and are one for whoever normalises. */
export const unicodeTwins: readonly (readonly [string, string])[] = [
  ['Am\u00e9lie', 'Ame\u0301lie'],
  ['\u00c5', 'A\u030a'],
  ['\ud55c', '\u1112\u1161\u11ab'],
];

/** Paths that are long as a whole, the shortest first. */
export const deepPaths: readonly { what: string; path: string }[] = [
  { what: '30 folders deep', path: Array.from({ length: 30 }, (_, n) => `d${n}`).join('/') },
  { what: 'of 900 bytes', path: Array.from({ length: 9 }, (_, n) => `${n}`.padEnd(99, 'x')).join('/') },
  { what: 'of 1500 bytes', path: Array.from({ length: 10 }, (_, n) => `${n}`.padEnd(149, 'y')).join('/') },
  { what: 'of 4500 bytes', path: Array.from({ length: 18 }, (_, n) => `${n}`.padEnd(249, 'z')).join('/') },
];
