import { StorageError } from '../errors.ts';
import { askForTokens, lasting, type OAuthPorts, postForm, refusalOf, type SignedIn } from './token-request.ts';

/** A sign-in on another machine (RFC 8628): a person enters the code there, and we ask now and then. */
export interface DeviceSignIn {
  /** What the person types. */
  userCode: string;
  /** Where. */
  verificationUrl: string;
  /** Ours; secret. */
  deviceCode: string;
  /** No sooner than this after the last question may we ask again. */
  intervalMs: number;
  expiresAtMs: number;
}

type DevicePoll =
  | { state: 'pending'; device: DeviceSignIn }
  | { state: 'done'; tokens: SignedIn }
  /** The person said no. */
  | { state: 'denied' }
  /** Nobody entered the code in time. */
  | { state: 'expired' };

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** RFC 8628 §3.2 and §3.5. */
const usualIntervalMs = 5000;
const slowerByMs = 5000;

export async function startDevice(ports: OAuthPorts, signal: AbortSignal): Promise<DeviceSignIn> {
  const { service, now } = ports;
  const askedAt = now();
  const form = { scope: service.deviceScopes.join(' ') };
  const { status, answer } = await postForm(ports, service.deviceUrl, form, signal);
  if (status !== 200) {
    const code = answer['error'];
    throw refusalOf(service, typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : `${status}`);
  }
  const { device_code, user_code, interval, expires_in } = answer;
  const url = answer['verification_uri'] ?? answer['verification_url']; // Google has its own spelling
  const seconds = Number(expires_in);
  if (typeof device_code !== 'string' || typeof user_code !== 'string' || typeof url !== 'string' || !(seconds > 0))
    throw new StorageError('protocol', `${service.name}'s sign-in gave no code to enter.`);
  // The page makes a link of it.
  if (!url.startsWith('https://'))
    throw new StorageError('protocol', `${service.name} named an address without https.`);
  return {
    userCode: user_code,
    verificationUrl: url,
    deviceCode: device_code,
    intervalMs: Number(interval) > 0 ? Number(interval) * 1000 : usualIntervalMs,
    expiresAtMs: askedAt + seconds * 1000,
  };
}

/** Asks once. Network trouble throws and means nothing for the sign-in: ask again after the interval. */
export async function pollDevice(ports: OAuthPorts, device: DeviceSignIn, signal: AbortSignal): Promise<DevicePoll> {
  if (ports.now() >= device.expiresAtMs) return { state: 'expired' };
  const answer = await askForTokens(ports, { grant_type: grantType, device_code: device.deviceCode }, signal);
  if (!('refused' in answer)) return { state: 'done', tokens: lasting(ports.service, answer) };
  switch (answer.refused) {
    case 'authorization_pending':
      return { state: 'pending', device };
    case 'slow_down':
      return { state: 'pending', device: { ...device, intervalMs: device.intervalMs + slowerByMs } };
    case 'access_denied':
    case 'authorization_declined':
      return { state: 'denied' };
    case 'expired_token':
      return { state: 'expired' };
    default:
      throw refusalOf(ports.service, answer.refused);
  }
}
