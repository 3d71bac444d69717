import type { DriveView, MountView } from '../../../src/features/drives/schema.ts';
import type { BrowseView, SpaceView } from '../../../src/features/folders/schema.ts';
import { call } from './client.ts';

export type { BrowseView, DriveView, MountView, SpaceView };

const at = (path: string) => `?path=${encodeURIComponent(path)}`;

export const browse = (path: string) => call<BrowseView>('GET', `/api/system/browse${at(path)}`);
/** Answers the path of the new folder. */
export const makeFolder = (path: string) => call<{ path: string }>('POST', '/api/system/mkdir', { path });
export const allowedPaths = () => call<{ paths: string[] }>('GET', '/api/system/allowed-paths');
export const spaceAt = (path: string) => call<SpaceView>('GET', `/api/system/space${at(path)}`);
export const listDrives = () => call<DriveView[]>('GET', '/api/system/drives');
export const listMounts = () => call<MountView[]>('GET', '/api/system/mounts');
