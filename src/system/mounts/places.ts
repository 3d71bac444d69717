import { stat } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';
import { runCommand } from '../process/run.ts';
import { mountPointOf, type SuperblockAnswers, type SuperblockSeen, superblockAt } from './identity.ts';
import { mountOf } from './locate.ts';
import { isReadOnly, type Mount, readMounts } from './mountinfo.ts';
import { createPatience } from './patience.ts';
import { type Space, spaceOf } from './space.ts';

export interface Place extends SuperblockSeen {
  space: Space;
  /** Behind a network: looking into it may take for ever. */
  remote: boolean;
}

/** Folders seen from outside, for people who wait: nothing here takes longer than some seconds. */
export interface Places {
  /** null: there is no such folder, or it does not answer. */
  see(path: string): Promise<Place | null>;
  /** Where a drive's filesystem is mounted now; null: nowhere. */
  mountedAt(uuid: string): Promise<string | null>;
  /** Any other question about a place; null when it fails or takes too long. */
  ask<T>(key: string, ask: () => Promise<T>): Promise<T | null>;
}

const answersKeptMs = 30_000;
const remoteKind = /^(nfs|cifs|smb|ncp|afs|ceph|gluster|9p|davfs|lustre|gfs|ocfs|beegfs|fuse\.|autofs)/;

/** A thread that hangs on a dead server is lost to the whole program; a child process is killed, or left alone. */
async function askRemote(path: string, mount: Mount, timeoutMs: number): Promise<Place> {
  const said = await runCommand(['stat', '-L', '-f', '-c', '%S %a %b', '--', path], { timeoutMs });
  const [size = 0, free = 0, total = 0] = said.stdout.trim().split(' ').map(Number);
  if (said.code !== 0 || size === 0) throw new Error(`${path} does not answer`);
  const space = { freeBytes: free * size, totalBytes: total * size, freeInodes: null };
  return { uuid: null, fsType: mount.fsType, readOnly: isReadOnly(mount), space, remote: true };
}

export function createPlaces(clock: Clock, timeoutMs = 2000): Places {
  const patience = createPatience(timeoutMs);
  let answers: SuperblockAnswers = new Map();
  let since = clock.monotonic();
  const kept = (): SuperblockAnswers => {
    if (clock.monotonic() - since > answersKeptMs) {
      answers = new Map();
      since = clock.monotonic();
    }
    return answers;
  };
  const see = async (path: string): Promise<Place> => {
    const mount = mountOf(path, readMounts());
    if (remoteKind.test(mount.fsType)) return await askRemote(path, mount, timeoutMs);
    if (!(await stat(path)).isDirectory()) throw new Error(`${path} is no folder`);
    const [superblock, space] = await Promise.all([superblockAt(path, kept()), spaceOf(path)]);
    return { ...superblock, space, remote: false };
  };

  return {
    see: (path) => patience.ask(`see ${path}`, () => see(path)),
    mountedAt: (uuid) => patience.ask(`drive ${uuid}`, () => mountPointOf(uuid, kept())),
    ask: patience.ask,
  };
}
