import { createHash } from 'node:crypto';

/** One sign-in service: Google's endpoints, or Microsoft's for any tenant. */
export interface OAuthDouble {
  client: { id: string; secret: string };
  /** Access tokens live this long. */
  lifetimeMs: number;
  /** Refreshes so far. */
  readonly refreshes: number;
  /** Questions about device codes so far. */
  readonly polls: number;
  /** What only the client may know: codes and verifiers that were sent to the service, device codes. */
  readonly told: readonly string[];
  /** A person signs in at this address and is sent back; answers where to. Throws what the page would show. */
  consent(authorizeUrl: string, how?: 'allow' | 'deny' | 'untick'): URL;
  /** A person enters a device code. */
  enter(userCode: string, how?: 'allow' | 'deny'): void;
  /** A sign-in that is there already. */
  signIn(): { accessToken: string; refreshToken: string; expiresAtMs: number };
  /** True while the service takes this access token. */
  accepts(accessToken: string): boolean;
  /** Every access token ends now, as after an hour. */
  expireAll(): void;
  /** The person ended the access of this app in the account. */
  revokeAll(): void;
  /** The next so many device polls are called too fast. */
  slowDown: number;
  /** Called while a question is being answered. */
  during: (() => void) | null;
  /** Every question is answered with 503. */
  unwell: boolean;
  /** Seconds between two device polls. */
  intervalSeconds: number;
  /** Device codes live this long, in seconds. */
  deviceSeconds: number;
  /** Return addresses of the app registration; null: any. */
  redirectUris: readonly string[] | null;
  /** Answers a request to one of the endpoints; null for any other. */
  handle(request: { method: string; url: URL; body: string; contentType: string }): Response | null;
}

interface Grant {
  scope: string;
  redirectUri: string;
  challenge: string | null;
}
interface Device {
  userCode: string;
  scope: string;
  state: 'pending' | 'allowed' | 'denied';
  expiresAtMs: number;
}

const random = () => crypto.randomUUID().replaceAll('-', '');
const refused = (error: string, status = 400) =>
  Response.json({ error, error_description: 'not for people' }, { status });

/** What Google's device flow gives; anything else is `invalid_scope`. */
const googleDeviceScopes = new Set(['email', 'openid', 'profile', 'https://www.googleapis.com/auth/drive.file']);

export function createOAuthDouble(kind: 'google' | 'microsoft', now: () => number): OAuthDouble {
  const codes = new Map<string, Grant>();
  const devices = new Map<string, Device>();
  const accessTokens = new Map<string, number>();
  const refreshTokens = new Map<string, { scope: string; family: string }>();
  /** Refresh tokens that were used up: using one again ends the sign-in it belongs to. */
  const spent = new Map<string, string>();
  const rotates = kind === 'microsoft';
  let refreshes = 0;
  let polls = 0;
  const told: string[] = [];

  function give(scope: string, family: string, refreshToken: string | null): Response {
    const accessToken = `access-${random()}`;
    accessTokens.set(accessToken, now() + double.lifetimeMs);
    const fresh = refreshToken ?? `refresh-${random()}`;
    refreshTokens.set(fresh, { scope, family });
    return Response.json({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: Math.round(double.lifetimeMs / 1000),
      scope,
      ...(refreshToken === null ? { refresh_token: fresh } : {}),
    });
  }

  function refresh(form: URLSearchParams): Response {
    refreshes += 1;
    const token = form.get('refresh_token') ?? '';
    const known = refreshTokens.get(token);
    if (!known) {
      const family = spent.get(token);
      for (const [other, { family: its }] of refreshTokens) if (its === family) refreshTokens.delete(other);
      return refused('invalid_grant');
    }
    if (kind === 'microsoft' && !form.get('scope')) return refused('invalid_request');
    if (!rotates) return give(known.scope, known.family, token);
    refreshTokens.delete(token);
    spent.set(token, known.family);
    return give(known.scope, known.family, null);
  }

  function redeem(form: URLSearchParams): Response {
    const code = form.get('code') ?? '';
    const grant = codes.get(code);
    codes.delete(code);
    if (!grant || form.get('redirect_uri') !== grant.redirectUri) return refused('invalid_grant');
    if (double.redirectUris?.includes(grant.redirectUri) === false) return refused('redirect_uri_mismatch');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant.challenge !== null && grant.challenge !== challenge) return refused('invalid_grant');
    return give(grant.scope, random(), null);
  }

  function poll(form: URLSearchParams): Response {
    polls += 1;
    const device = devices.get(form.get('device_code') ?? '');
    if (!device) return refused('invalid_grant');
    if (now() > device.expiresAtMs) return refused('expired_token');
    if (double.slowDown > 0) {
      double.slowDown -= 1;
      return refused('slow_down', kind === 'google' ? 403 : 400);
    }
    if (device.state === 'pending') return refused('authorization_pending', kind === 'google' ? 428 : 400);
    if (device.state === 'denied')
      return kind === 'google' ? refused('access_denied', 403) : refused('authorization_declined');
    devices.delete(form.get('device_code') ?? '');
    return give(device.scope, random(), null);
  }

  function startDevice(form: URLSearchParams, url: URL): Response {
    const scope = form.get('scope') ?? '';
    if (kind === 'google' && scope.split(' ').some((one) => !googleDeviceScopes.has(one)))
      return refused('invalid_scope');
    const [deviceCode, userCode] = [random(), random().slice(0, 8).toUpperCase()];
    devices.set(deviceCode, { userCode, scope, state: 'pending', expiresAtMs: now() + double.deviceSeconds * 1000 });
    const where = `${url.origin}/device`;
    return Response.json({
      device_code: deviceCode,
      user_code: userCode,
      expires_in: double.deviceSeconds,
      interval: double.intervalSeconds,
      ...(kind === 'google' ? { verification_url: where } : { verification_uri: where }),
    });
  }

  const endpoints =
    kind === 'google'
      ? { authorize: /^\/o\/oauth2\/v2\/auth$/, token: /^\/token$/, device: /^\/device\/code$/ }
      : {
          authorize: /^\/[^/]+\/oauth2\/v2\.0\/authorize$/,
          token: /^\/[^/]+\/oauth2\/v2\.0\/token$/,
          device: /^\/[^/]+\/oauth2\/v2\.0\/devicecode$/,
        };

  const double: OAuthDouble = {
    client: { id: `${kind}-client`, secret: `${kind}-secret` },
    lifetimeMs: 3_600_000,
    slowDown: 0,
    unwell: false,
    during: null,
    intervalSeconds: 5,
    deviceSeconds: 900,
    redirectUris: null,
    get refreshes() {
      return refreshes;
    },
    get polls() {
      return polls;
    },
    told,
    consent(authorizeUrl, how = 'allow') {
      const url = new URL(authorizeUrl);
      const asked = url.searchParams;
      const need = (name: string) => {
        const value = asked.get(name);
        if (!value) throw new Error(`${name} is missing`);
        return value;
      };
      if (!endpoints.authorize.test(url.pathname)) throw new Error('This is no page to sign in');
      if (need('client_id') !== double.client.id) throw new Error('unknown client');
      if (need('response_type') !== 'code' || need('code_challenge_method') !== 'S256')
        throw new Error('not supported');
      if (asked.has('client_secret')) throw new Error('a secret in an address');
      const back = new URL(need('redirect_uri'));
      back.searchParams.set('state', need('state'));
      if (how === 'deny') back.searchParams.set('error', 'access_denied');
      else {
        const code = random();
        const scope = how === 'untick' ? 'openid' : need('scope');
        codes.set(code, { scope, redirectUri: need('redirect_uri'), challenge: need('code_challenge') });
        back.searchParams.set('code', code);
      }
      return back;
    },
    enter(userCode, how = 'allow') {
      const device = [...devices.values()].find((one) => one.userCode === userCode);
      if (!device) throw new Error('No such code');
      device.state = how === 'allow' ? 'allowed' : 'denied';
    },
    signIn() {
      const accessToken = `access-${random()}`;
      const refreshToken = `refresh-${random()}`;
      const expiresAtMs = now() + double.lifetimeMs;
      accessTokens.set(accessToken, expiresAtMs);
      refreshTokens.set(refreshToken, { scope: 'all', family: random() });
      return { accessToken, refreshToken, expiresAtMs };
    },
    accepts: (accessToken) => (accessTokens.get(accessToken) ?? 0) > now(),
    expireAll: () => accessTokens.clear(),
    revokeAll() {
      accessTokens.clear();
      refreshTokens.clear();
    },
    handle({ method, url, body, contentType }) {
      const [isToken, isDevice] = [endpoints.token.test(url.pathname), endpoints.device.test(url.pathname)];
      if (!isToken && !isDevice) return null;
      if (method !== 'POST' || !contentType.startsWith('application/x-www-form-urlencoded'))
        return refused('invalid_request');
      double.during?.();
      if (double.unwell) return new Response('not for people', { status: 503 });
      // Whatever is secret belongs into the body.
      if (url.search !== '') return refused('invalid_request');
      const form = new URLSearchParams(body);
      for (const name of ['code', 'code_verifier', 'device_code']) told.push(...form.getAll(name));
      if (form.get('client_id') !== double.client.id) return refused('invalid_client', 401);
      const secret = form.get('client_secret');
      if (isDevice) return startDevice(form, url);
      if (secret !== double.client.secret) return refused('invalid_client', 401);
      switch (form.get('grant_type')) {
        case 'authorization_code':
          return redeem(form);
        case 'refresh_token':
          return refresh(form);
        case 'urn:ietf:params:oauth:grant-type:device_code':
          return poll(form);
        default:
          return refused('unsupported_grant_type');
      }
    },
  };
  return double;
}
