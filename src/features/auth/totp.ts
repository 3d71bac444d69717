import { timingSafeEqual } from 'node:crypto';

const issuer = 'Dynamight';
const periodSeconds = 30;

/** Codes as every authenticator app makes them: SHA-1, six digits, 30 seconds. */
export interface TotpSetup {
  /** Base32, 160 bits. */
  secret: string;
  otpauthUrl: string;
  /** PNG as a data URL. */
  qrCode: string;
}

// Its packages are loaded when somebody uses codes: they would make every start slower and larger.
const otplib = () => import('otplib');

export async function newTotpSetup(username: string): Promise<TotpSetup> {
  const { generateSecret, generateURI } = await otplib();
  const secret = generateSecret();
  const otpauthUrl = generateURI({ issuer, label: username, secret });
  const { toDataURL } = await import('qrcode');
  return { secret, otpauthUrl, qrCode: await toDataURL(otpauthUrl, { errorCorrectionLevel: 'M', margin: 2 }) };
}

/** `123 456` as some apps show it. */
const digitsOf = (code: string): string => code.replace(/\s/g, '');
export const looksLikeTotp = (code: string): boolean => /^\d{6}$/.test(digitsOf(code));

/** The time step a code belongs to: the present one, or the one before for slow fingers. null when it fits neither. */
export async function totpStep(secret: string, code: string, nowMs: number): Promise<number | null> {
  if (!looksLikeTotp(code)) return null; // the library throws on any other length
  const { verifySync } = await otplib();
  const epoch = Math.floor(nowMs / 1000);
  const result = verifySync({ secret, token: digitsOf(code), epoch, epochTolerance: [periodSeconds, 0] });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}

/** Compares secrets as people copy them: case and spaces make no difference. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => Buffer.from(text.replace(/\s/g, '').toUpperCase())) as [Buffer, Buffer];
  return a.length === b.length && timingSafeEqual(a, b);
}
