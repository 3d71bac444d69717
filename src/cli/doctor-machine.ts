import { assets, isCompiled } from '../config/assets.ts';
import type { Clock } from '../core/clock.ts';
import { runCommand } from '../system/process/run.ts';
import { findTool } from '../system/process/tools.ts';
import type { Check } from './check.ts';

const timeoutMs = 10_000;
/** No copy of this program is older. */
const builtAfterMs = Date.UTC(2026, 0, 1);
const believableYears = 50;

/** Tools, rights, clock and page. */
export async function machineChecks(uid: number, clock: Clock): Promise<Check[]> {
  return [
    await rsyncCheck(),
    await toolCheck('flock', ['--version'], /util-linux/, 'util-linux', 'Backups do not start without it.'),
    await toolCheck('setpriv', ['--help'], /pdeathsig/, 'util-linux', 'Backups do not start without it.'),
    await toolCheck(
      'sync',
      ['--help'],
      /--file-system/,
      'coreutils',
      'Backups cannot be flushed to the disk without it.',
    ),
    await toolCheck('lsblk', ['--version'], /util-linux/, 'util-linux', 'Drives are not listed without it.'),
    udisksCheck(),
    rightsCheck(uid),
    clockCheck(clock.now()),
    pageCheck(),
  ];
}

/** What the program says of itself, or null when it is not there or does not answer. */
async function askTool(name: string, args: string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await runCommand([name, ...args], { timeoutMs });
    return stdout + stderr;
  } catch {
    return null;
  }
}

async function toolCheck(name: string, args: string[], wanted: RegExp, pack: string, lost: string): Promise<Check> {
  const path = findTool(name);
  if (path === null) return { name, state: 'problem', message: `not installed. ${lost} apt install ${pack}` };
  if (wanted.test((await askTool(name, args)) ?? '')) return { name, state: 'ok', message: path };
  return { name, state: 'problem', message: `${path} is not the one of ${pack}. ${lost} apt install ${pack}` };
}

const oldestRsync = [3, 2, 3];

async function rsyncCheck(): Promise<Check> {
  if (findTool('rsync') === null)
    return {
      name: 'rsync',
      state: 'problem',
      message: 'not installed. Backups do not run without it. apt install rsync',
    };
  return rsyncVerdict((await askTool('rsync', ['--version'])) ?? '');
}

/** Reads what `rsync --version` prints. */
export function rsyncVerdict(text: string): Check {
  const name = 'rsync';
  const version = /^rsync\s+version\s+v?(\d+)\.(\d+)\.(\d+)/m.exec(text)?.slice(1).map(Number);
  if (!version) return { name, state: 'problem', message: 'does not tell its version. apt install rsync' };
  const shown = version.join('.');
  const order = oldestRsync.map((want, at) => (version[at] ?? 0) - want).find((difference) => difference !== 0) ?? 0;
  if (order < 0)
    return { name, state: 'problem', message: `version ${shown} is too old: 3.2.3 or later is needed. Update it` };
  // Every capability is listed; one the program was built without has a "no " before it.
  const lacks = ['symlinks', 'hardlinks', 'ACLs', 'xattrs'].filter(
    (one) => !new RegExp(`(?<!no )\\b${one}\\b`).test(text),
  );
  if (lacks.length > 0)
    return {
      name,
      state: 'warning',
      message: `version ${shown} was built without ${lacks.join(', ')}: backups lack them. Use your distribution's rsync`,
    };
  return { name, state: 'ok', message: `version ${shown}` };
}

function udisksCheck(): Check {
  const path = findTool('udisksctl');
  if (path) return { name: 'udisks2', state: 'ok', message: path };
  return {
    name: 'udisks2',
    state: 'warning',
    message: 'not installed. Backups work; drives are not noticed or powered off. apt install udisks2',
  };
}

function rightsCheck(uid: number): Check {
  if (uid === 0) return { name: 'rights', state: 'ok', message: 'root' };
  return {
    name: 'rights',
    state: 'warning',
    message: `user ${uid}, not root: files of others cannot be read, copies belong to this user, drives are mounted where udisks2 wants. Run it as root to keep owners and rights`,
  };
}

export function clockCheck(nowMs: number): Check {
  const shown = new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ');
  if (nowMs >= builtAfterMs && nowMs < builtAfterMs + believableYears * 365.25 * 86_400_000)
    return { name: 'clock', state: 'ok', message: `${shown} UTC` };
  return {
    name: 'clock',
    state: 'problem',
    message: `${shown} UTC cannot be right: schedules and two-factor codes need the time. timedatectl set-ntp true`,
  };
}

function pageCheck(): Check {
  if (assets().page !== null) return { name: 'page', state: 'ok', message: 'built in' };
  if (isCompiled)
    return { name: 'page', state: 'problem', message: 'not in this program. Build it anew with ./scripts/build' };
  return { name: 'page', state: 'warning', message: 'not built in this checkout. ./scripts/build makes it' };
}
