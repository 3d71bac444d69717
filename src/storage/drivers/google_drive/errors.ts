import { StorageError, type StorageErrorCode } from '../../errors.ts';
import { readJson } from '../../net/body.ts';
import { errorOfStatus } from '../../net/status.ts';

type Meaning = [code: StorageErrorCode, words: string];

const busy: Meaning = ['rate_limited', 'Google Drive asks for fewer requests at a time.'];
const full: Meaning = [
  'quota',
  'The Google account has no room left. Make room there, or buy storage, then run the job again.',
];
const deep: Meaning = ['name', 'Google Drive does not nest folders this deep.'];
const forbidden: Meaning = [
  'permission',
  'Google Drive does not allow this account to change or read it. Share it with the account with the right to edit.',
];
const scope: Meaning = [
  'auth_expired',
  'The sign-in at Google does not include access to Drive. Sign in again and allow it.',
];

/** Reasons as https://developers.google.com/workspace/drive/api/guides/handle-errors lists them, and some it does not. */
const meanings: Readonly<Record<string, Meaning>> = {
  userRateLimitExceeded: busy,
  rateLimitExceeded: busy,
  sharingRateLimitExceeded: busy,
  dailyLimitExceeded: [
    'quota',
    'The daily limit of requests of this client ID at Google is used up. It begins anew at midnight Pacific time.',
  ],
  uploadLimitExceeded: ['quota', 'Google takes 750 GB a day from one account, and they are used up. Go on tomorrow.'],
  storageQuotaExceeded: full,
  quotaExceeded: full,
  teamDriveFileLimitExceeded: ['quota', 'The shared drive holds as many files as Google allows.'],
  activeItemCreationLimitExceeded: ['quota', 'The Google account holds as many files as Google allows.'],
  numChildrenInNonRootLimitExceeded: ['too_large', 'The folder at Google Drive holds as many files as Google allows.'],
  teamDriveHierarchyTooDeep: deep,
  myDriveHierarchyDepthLimitExceeded: deep,
  insufficientFilePermissions: forbidden,
  insufficientParentPermissions: forbidden,
  cannotDownloadFile: forbidden,
  cannotDownloadAbusiveFile: ['permission', 'Google calls this file harmful and hands it out to nobody but its owner.'],
  domainPolicy: ['permission', "The organisation's administrator does not allow this in Google Drive."],
  insufficientPermissions: scope,
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: scope,
  accessNotConfigured: [
    'auth_failed',
    'The Google Drive API is not enabled in the project of this client ID. Enable it in the Google Cloud console.',
  ],
};

/** The machine-readable reason in Google's answer; its text is never used. Takes the body. */
async function reasonOf(response: Response): Promise<string | null> {
  try {
    const { error } = await readJson(response, 65_536, 'Google Drive');
    const reason = (error as { errors?: { reason?: unknown }[] } | undefined)?.errors?.[0]?.reason;
    return typeof reason === 'string' && /^\w{1,60}$/.test(reason) ? reason : null;
  } catch {
    return null; // a proxy's page, or an answer that was cut: the status says enough
  }
}

/** What a refusal means, in our words. `what` says what was to be done, as in "Listing photos". Takes the body. */
export async function driveError(response: Response, what: string): Promise<StorageError> {
  const reason = await reasonOf(response);
  const general = errorOfStatus(response, 'Google Drive');
  const meaning = reason === null ? undefined : meanings[reason];
  const retryAfterMs = general.retryAfterMs ?? undefined;
  const details = { status: response.status, ...(reason === null ? {} : { reason }) };
  if (meaning && response.status !== 401)
    return new StorageError(meaning[0], `${what}: ${meaning[1]}`, { retryAfterMs, details });
  return new StorageError(general.code, `${what}: ${general.message}`, { retryAfterMs, details });
}

export const signInAgain = (): StorageError =>
  new StorageError('auth_expired', 'Google does not accept the sign-in any more. Sign in again.');
