import { isPassing, StorageError } from '../../storage/errors.ts';
import { createHttpClient } from '../../storage/net/client.ts';
import { type DeviceSignIn, pollDevice, startDevice } from '../../storage/oauth/device.ts';
import { refresh } from '../../storage/oauth/refresh.ts';
import { googleOAuth, microsoftOAuth, type OAuthService } from '../../storage/oauth/services.ts';
import { authorizeUrl, createPkce, exchangeCode } from '../../storage/oauth/sign-in.ts';
import type { OAuthPorts, SignedIn } from '../../storage/oauth/token-request.ts';
import { createTokenSource } from '../../storage/oauth/token-source.ts';
import type { TokenSource } from '../../storage/port.ts';
import { type OAuthKind, stored } from './account-kinds.ts';

/** The two sign-in services, for a client as a credential describes it. */
export interface SignInDoor {
  authorize(
    kind: OAuthKind,
    client: object,
    asked: { state: string; redirectUri: string },
  ): { url: string; verifier: string };
  exchange(
    kind: OAuthKind,
    client: object,
    asked: { code: string; verifier: string; redirectUri: string },
    signal: AbortSignal,
  ): Promise<SignedIn>;
  startDevice(kind: OAuthKind, client: object, signal: AbortSignal): Promise<DeviceSignIn>;
  /** Asks until somebody has entered the code. Rejects when they said no, or the time is up. */
  pollDevice(kind: OAuthKind, client: object, device: DeviceSignIn, signal: AbortSignal): Promise<SignedIn>;
  tokens(kind: OAuthKind, load: () => Record<string, unknown>, store: (tokens: object) => void): TokenSource;
  close(): void;
}

export interface DoorDeps {
  /** Other places than Google's and Microsoft's own: tests and sovereign clouds. */
  bases: { google: string | null; microsoft: string | null };
  isOurs(address: string, port: number): boolean;
  now(): number;
  random(bytes: number): Uint8Array;
  /** Of the services in `bases`, where nobody vouches for theirs. */
  certificate?: string | undefined;
}

/** One question to the service may take this long. */
const patienceMs = 30_000;

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export function createSignInDoor({ bases, isOurs, now, random, certificate }: DoorDeps): SignInDoor {
  const client = (what: string) => createHttpClient({ what, isOurs, pinnedCertificate: certificate ?? null });
  const https = { google: client('Google'), microsoft: client('Microsoft') };
  const serviceOf = (kind: OAuthKind, client: Record<string, unknown>): OAuthService =>
    kind === 'google'
      ? googleOAuth(bases.google ?? undefined)
      : microsoftOAuth(text(client['tenant']) ?? undefined, bases.microsoft ?? undefined);
  const portsOf = (kind: OAuthKind, given: object): OAuthPorts => {
    const client = given as Record<string, unknown>;
    return {
      http: https[kind],
      service: serviceOf(kind, client),
      client: { id: text(client['client_id']) ?? '', secret: text(client['client_secret']) },
      now,
    };
  };
  return {
    authorize(kind, client, { state, redirectUri }) {
      const { service, client: registration } = portsOf(kind, client);
      const { verifier, challenge } = createPkce(random);
      return { url: authorizeUrl(service, { client: registration, redirectUri, state, challenge }), verifier };
    },
    exchange: (kind, client, asked, signal) => exchangeCode(portsOf(kind, client), asked, signal),
    startDevice: (kind, client, signal) => startDevice(portsOf(kind, client), signal),
    async pollDevice(kind, client, device, signal) {
      const ports = portsOf(kind, client);
      for (let at = device; ; ) {
        await pause(at.intervalMs, signal);
        const answer = await pollDevice(ports, at, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])).catch(
          (error: unknown) => {
            signal.throwIfAborted();
            // A bad moment of the network means nothing for the sign-in.
            if (isPassing(error) || (error as Error | null)?.name === 'TimeoutError') return null;
            throw error;
          },
        );
        if (answer === null) continue;
        if (answer.state === 'done') return answer.tokens;
        if (answer.state === 'denied') throw new StorageError('auth_failed', 'Access was not allowed');
        if (answer.state === 'expired')
          throw new StorageError('auth_failed', 'Nobody entered the code within the time. Start again.');
        at = answer.device;
      }
    },
    tokens: (kind, load, store) =>
      createTokenSource({
        load() {
          const data = load();
          const seconds = data['expires_at'];
          return {
            accessToken: text(data['access_token']),
            refreshToken: text(data['refresh_token']) ?? '',
            expiresAtMs: typeof seconds === 'number' ? seconds * 1000 : null,
          };
        },
        store: (tokens) => store(stored(tokens)),
        refresh: (refreshToken, signal) => refresh(portsOf(kind, load()), refreshToken, signal),
        now,
      }),
    close() {
      for (const one of Object.values(https)) one.close();
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
