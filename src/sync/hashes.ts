import type { HashKind } from '../storage/driver.ts';

export type OwnHash = 'md5' | 'sha1' | 'sha256';

/** Can we work out this hash ourselves. */
export const canHash = (kind: HashKind): kind is OwnHash => kind === 'md5' || kind === 'sha1' || kind === 'sha256';
