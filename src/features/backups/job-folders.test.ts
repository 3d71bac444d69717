import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp } from '../../../test/harness/app.ts';
import { bindMount } from '../../../test/harness/filesystems.ts';
import { tempDir } from '../../../test/harness/temp.ts';

/**
 * home/src/in, home/dst, home/file, home/outer/data (the application's own); home is all that is allowed. Made once:
 * whatever is refused must leave it as it was.
 */
const home = tempDir('home');
for (const dir of ['src/in', 'dst', 'other', 'outer/data']) mkdirSync(join(home, dir), { recursive: true });
writeFileSync(join(home, 'file'), 'x');
const outside = tempDir('outside');
const app = startTestApp({ ALLOWED_BROWSE_PATHS: home }, undefined, join(home, 'outer/data'));
const at = (path: string) => join(home, path);
const link = (name: string, target: string) => symlinkSync(target, at(name));
link('to-src', at('src'));
link('to-in', at('src/in'));
link('to-file', at('file'));
link('to-outside', outside);
link('to-nothing-outside', join(outside, 'nothing'));
link('circle', at('circle'));
link('dst/leads-out', outside);
link('dst/leads-to-src', at('src'));
link('to-data', at('outer/data'));
bindMount(at('src/in'), at('bound-in'));
bindMount(at('src'), at('bound-src'));
bindMount(at('dst'), at('bound-dst'));

interface Wish {
  sources?: string[];
  to?: string;
  subdir?: string;
}

const save = async ({ sources = [at('src')], to = at('dst'), subdir = '' }: Wish) =>
  app.call('POST', '/api/jobs', {
    token: await app.signIn(),
    body: {
      name: 'Job',
      source_dirs: sources,
      destination_type: 'local',
      destination_config: { mount_point: to, backup_subdir: subdir },
    },
  });
const stored = async () => (await app.call('GET', '/api/jobs', { owner: true })).json.length as number;

describe('a job is refused, and nothing stored, when', () => {
  const lieIn = 'lie in one another';
  const rows: [name: string, wish: Wish, says: string][] = [
    ['a source is relative', { sources: ['home/user'] }, "'source_dirs.0' must be an absolute path"],
    ['a source begins with a dot', { sources: ['./src'] }, 'must be an absolute path'],
    ['a source begins with ..', { sources: ['../src'] }, 'must be an absolute path'],
    ['a source looks like an option', { sources: ['-e/tmp/x'] }, 'must be an absolute path'],
    ['a source looks like a long option', { sources: ['--delete'] }, 'must be an absolute path'],
    ['a source is on another machine', { sources: ['host:dir'] }, 'must be an absolute path'],
    ['a source is an address', { sources: ['rsync://x/y'] }, 'must be an absolute path'],
    ['a source has a line break and no slash first', { sources: ['a\nb'] }, 'must be an absolute path'],
    ['a source holds a NUL', { sources: [`${home}/src\0x`] }, 'no path can hold'],
    ['a source holds half a character', { sources: [`${home}/src\ud800`] }, 'no path can hold'],
    ['a source lies outside', { sources: ['/etc'] }, `/etc is not inside an allowed folder (${home})`],
    ['a source is the root', { sources: ['/'] }, 'is not inside an allowed folder'],
    ['a source leads out by ..', { sources: [at('../etc')] }, 'is not inside an allowed folder'],
    ['a source is a neighbour with the same beginning', { sources: [`${home}2`] }, 'is not inside an allowed folder'],
    ['a source is a link that leads out', { sources: [at('to-outside')] }, 'is not inside an allowed folder'],
    [
      'a source lies behind a link that leads out',
      { sources: [at('to-outside/x')] },
      'is not inside an allowed folder',
    ],
    ['a source leads out to what is not there yet', { sources: [at('to-nothing-outside')] }, 'not inside an allowed'],
    ['a source is a file', { sources: [at('file')] }, `${at('file')} is a file. Choose the folder it lies in.`],
    ['a source is a link to a file', { sources: [at('to-file')] }, 'is a file'],
    ['a source is a device', { sources: ['/dev/null'] }, 'is not inside an allowed folder'],
    ['a source is a link in a circle', { sources: [at('circle')] }, 'links lead in a circle'],
    ['a name is longer than any can be', { sources: [at('x'.repeat(300))] }, 'a name in it is too long'],
    ['the second source is the wrong one', { sources: [at('src'), '/etc'] }, "'source_dirs.1'"],
    ['a source is there twice', { sources: [at('src'), at('src')] }, `'source_dirs.1': ${at('src')} is there twice`],
    ['a source is there twice, spelt otherwise', { sources: [at('src'), `${at('src')}//./`] }, 'is there twice'],
    ['a source is there twice by a link', { sources: [at('src'), at('to-src')] }, 'is there twice'],
    ['a source is there twice by a bind mount', { sources: [at('src'), at('bound-src')] }, lieIn],
    ['a source lies in another', { sources: [at('src'), at('src/in')] }, `${lieIn}. Keep the outer one.`],
    ['a source lies around another', { sources: [at('src/in'), at('src')] }, lieIn],
    ['a source lies in another by a link', { sources: [at('src'), at('to-in')] }, lieIn],
    ['a source lies in another by a bind mount', { sources: [at('src'), at('bound-in')] }, lieIn],
    ['a source that is not there lies in another', { sources: [at('src'), at('src/later')] }, lieIn],
    ['the destination is the source', { to: at('src') }, `${lieIn}. Choose another folder.`],
    ['the destination lies in the source', { to: at('src/in') }, lieIn],
    ['the destination lies in the source and is not there yet', { to: at('src/later') }, lieIn],
    ['the destination lies in the source by ..', { to: at('dst/../src/in') }, lieIn],
    ['the destination lies in the source by its subfolder', { to: home, subdir: 'src/in' }, lieIn],
    ['the destination lies in the source by a link', { to: at('to-in') }, lieIn],
    ['the destination lies in the source by a bind mount', { to: at('bound-in') }, lieIn],
    ['the destination lies in the source by a bind mount above', { to: at('bound-src'), subdir: 'in/deep' }, lieIn],
    ['the source lies in the destination', { to: home }, lieIn],
    ['the source lies in the destination by a bind mount', { sources: [at('bound-dst')] }, lieIn],
    ['the destination lies outside', { to: '/etc' }, "'destination_config.mount_point': /etc is not inside an allowed"],
    ['the destination is a link that leads out', { to: at('to-outside') }, 'is not inside an allowed folder'],
    ['the destination is relative', { to: 'mnt/backup' }, "'destination_config.mount_point' must be an absolute path"],
    ['the destination looks like an option', { to: '--delete' }, 'must be an absolute path'],
    ['the destination holds a line break', { to: at('dst\n') }, 'must not contain control characters'],
    ['the destination is a file', { to: at('file') }, 'is a file. Choose a folder.'],
    ['the destination is a link in a circle', { to: at('circle') }, 'links lead in a circle'],
    ['the subfolder is a file', { to: home, subdir: 'file' }, 'is a file. Choose a folder.'],
    ['the subfolder is absolute', { subdir: '/etc' }, "'destination_config.backup_subdir' must be relative"],
    ['the subfolder leads up', { subdir: '..' }, "'destination_config.backup_subdir' must not contain '..'"],
    ['the subfolder leads up and down', { subdir: 'a/../../other' }, "must not contain '..'"],
    ['the subfolder leads out by a link', { subdir: 'leads-out/x' }, 'leads out of'],
    ['the subfolder leads into the source by a link', { subdir: 'leads-to-src' }, 'leads out of'],
    ['the subfolder lies in our records', { subdir: 'a/.dynamight/b' }, '.dynamight'],
    ['a name in the subfolder is longer than any can be', { subdir: 'x'.repeat(300) }, 'a name in it is too long'],
    ['a source is the folder of our own data', { sources: [at('outer/data')] }, 'keeps its own data'],
    ['a source lies in the folder of our own data', { sources: [at('outer/data/snapshots')] }, 'keeps its own data'],
    ['a source is the folder of our own data by a link', { sources: [at('to-data')] }, 'keeps its own data'],
    ['the destination is the folder of our own data', { to: at('outer/data') }, 'keeps its own data'],
    ['the destination lies in the folder of our own data', { to: at('outer'), subdir: 'data/b' }, 'keeps its own data'],
  ];
  for (const [name, wish, says] of rows)
    test(name, async () => {
      const before = await stored();
      const answer = await save(wish);
      expect([answer.status, answer.json.error]).toEqual([400, 'Invalid request']);
      expect(answer.json.message).toContain(says);
      expect(await stored()).toBe(before);
    });

  test('and none of this made a folder anywhere', () => {
    expect(readdirSync(outside)).toEqual([]);
    expect(readdirSync(at('src'))).toEqual(['in']);
    expect(readdirSync(at('src/in'))).toEqual([]);
    expect(readdirSync(at('dst')).sort()).toEqual(['leads-out', 'leads-to-src']);
  });
});

describe('a job is saved when', () => {
  const rows: [name: string, wish: Wish, landings: string[]][] = [
    ['a source and the destination are not there yet', { sources: [at('later')], to: at('usb/stick') }, ['later']],
    ['the last name looks like an option', { sources: [at('--delete'), at('-e sh')] }, ['--delete', '-e sh']],
    ['the last name looks like another machine', { sources: [at('host:dir')] }, ['host:dir']],
    ['the last name holds a line break', { sources: [at('a\nb')] }, ['a\nb']],
    ['a path is spelt long-winded', { sources: [`${at('other')}//x/./../`], to: `${at('dst')}//` }, ['other']],
    ['a source is an allowed folder by a link', { sources: [at('to-in')] }, ['to-in']],
    ['a source holds the folder of our own data', { sources: [at('outer')] }, ['outer']],
    ['two sources have one name', { sources: [at('a/photos'), at('b/photos')] }, ['a/photos', 'b/photos']],
    ['a landing would be that of our records', { sources: [at('old/.dynamight')] }, ['old/.dynamight']],
    ['names begin alike without lying in one another', { sources: [at('other')], to: at('other2') }, ['other']],
    ['the subfolder has several levels', { sources: [at('fine')], subdir: 'a//b/./c/' }, ['fine']],
  ];
  for (const [name, wish, landings] of rows)
    test(name, async () => {
      const answer = await save({ ...wish, subdir: wish.subdir ?? name });
      expect(`${answer.status} ${answer.text}`).toStartWith('200');
      expect(answer.json.landings).toEqual(landings);
    });

  test('paths are kept in their one plain spelling', async () => {
    const answer = await save({ sources: [`${at('other')}//x/./../`], to: `${at('dst')}//`, subdir: 'p//q/./' });
    expect(answer.json.source_dirs).toEqual([at('other')]);
    expect(answer.json.destination_config).toMatchObject({ mount_point: at('dst'), backup_subdir: 'p/q' });
  });

  test('another job fills the same destination: the new landing keeps out of its way', async () => {
    await save({ sources: [at('one/docs')], subdir: 'shared' });
    const second = await save({ sources: [at('two/docs')], subdir: 'shared' });
    expect(second.json.landings).toEqual(['two/docs']);
  });
});
