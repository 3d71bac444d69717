import { Elysia, t } from 'elysia';
import { forbidden } from '../../core/errors.ts';
import { callerOf, withCaller } from '../../http/caller.ts';
import { errorBody, idParams, message } from '../../http/fields.ts';
import { claimedAddresses } from '../../http/forwarded.ts';
import * as schema from './schema.ts';
import type { Auth } from './service.ts';
import { enter, leave, personOf, sessionBody, userBody } from './wire.ts';

const open: { security: [] } = { security: [] };
const limited = { 401: errorBody, 429: schema.rateLimited, 503: errorBody };

export const authRoutes = (auth: Auth) =>
  new Elysia({ prefix: '/api/auth', tags: ['Authentication'] })
    .use(withCaller)
    .get('/setup-required', () => ({ setup_required: auth.setUp.required() }), {
      response: schema.setUpRequired,
      detail: { summary: 'Check setup required', ...open },
    })
    .post(
      '/setup',
      async ({ body, caller, request, set }) =>
        enter(set, caller, await auth.setUp.create(body, { ...caller, claimed: claimedAddresses(request.headers) })),
      {
        body: schema.setUpBody,
        response: { 200: schema.account, 400: errorBody, 403: errorBody },
        detail: {
          summary: 'Initial setup',
          description:
            'Creates the first admin and signs in. Open while no user exists: on the box itself always, from the local network for 60 minutes after a start, from public addresses never.',
          ...open,
        },
      },
    )
    .post(
      '/login',
      async ({ body, caller, set }) => {
        const result = await auth.login.login(body, caller);
        if ('totpToken' in result) return { totp_required: true as const, totp_token: result.totpToken };
        return enter(set, caller, result);
      },
      {
        body: schema.loginBody,
        response: { 200: t.Union([schema.account, schema.challenge]), 400: errorBody, ...limited },
        detail: {
          summary: 'Login',
          description: 'Sets the cookie `token`, or answers a `totp_token` for the second step.',
          ...open,
        },
      },
    )
    .post(
      '/logout',
      ({ caller, set }) => {
        const person = personOf(caller);
        auth.sessions.end(person.userId, person.sessionId);
        leave(set, caller);
        return { message: 'Logged out' };
      },
      { response: { 200: message, 401: errorBody }, detail: { summary: 'Logout' } },
    )
    .get(
      '/me',
      ({ caller }) => {
        const person = personOf(caller);
        return { id: person.userId, username: person.username, totp_enabled: auth.secondFactor.isOn(person) };
      },
      { response: { 200: schema.me, 401: errorBody }, detail: { summary: 'Get current user' } },
    )
    .get('/token', async ({ caller }) => ({ token: await auth.sessions.socketToken(personOf(caller)) }), {
      response: { 200: schema.socketToken, 401: errorBody },
      detail: {
        summary: 'Get token',
        description:
          'A token for one WebSocket (`?token=`), good for 60 seconds and one use. It opens nothing else, and it ends with the session.',
      },
    })
    .post(
      '/change-password',
      async ({ body, caller }) => {
        const typed = { current: body.current_password, next: body.new_password };
        await auth.accounts.changePassword(personOf(caller), typed, caller);
        return { message: 'Password changed' };
      },
      {
        body: schema.changePasswordBody,
        response: { 200: message, 400: errorBody, ...limited },
        detail: { summary: 'Change password', description: 'Ends all other sessions of the user.' },
      },
    )
    .get(
      '/sessions',
      ({ caller }) => {
        const person = personOf(caller);
        return auth.sessions.list(person.userId).map((session) => sessionBody(session, person.sessionId));
      },
      {
        response: { 200: t.Array(schema.session), 401: errorBody },
        detail: { summary: 'List sessions', description: 'Where the signed-in user is logged in.' },
      },
    )
    .delete(
      '/sessions/:id',
      ({ caller, params, set }) => {
        const person = personOf(caller);
        auth.sessions.end(person.userId, params.id);
        if (params.id === person.sessionId) leave(set, caller);
        return { message: 'Session ended' };
      },
      {
        params: idParams,
        response: { 200: message, 401: errorBody, 404: errorBody },
        detail: { summary: 'End a session', description: 'One of the signed-in user; his present one is a logout.' },
      },
    )
    .delete(
      '/sessions',
      ({ caller }) => {
        const person = personOf(caller);
        return { message: 'Other sessions ended', count: auth.sessions.endOthers(person.userId, person.sessionId) };
      },
      { response: { 200: schema.sessionsEnded, 401: errorBody }, detail: { summary: 'End all other sessions' } },
    )
    .use(secondFactorRoutes(auth));

const secondFactorRoutes = (auth: Auth) =>
  new Elysia({ prefix: '/totp', tags: ['Two-factor authentication'] })
    .use(withCaller)
    .get('/status', ({ caller }) => ({ enabled: auth.secondFactor.isOn(personOf(caller)) }), {
      response: { 200: schema.enabled, 401: errorBody },
      detail: { summary: 'Get 2FA status' },
    })
    .post(
      '/setup',
      async ({ caller }) => {
        const setup = await auth.secondFactor.setUp(personOf(caller));
        return { secret: setup.secret, qr_code: setup.qrCode, otpauth_url: setup.otpauthUrl };
      },
      {
        response: { 200: schema.totpSetup, 401: errorBody, 409: errorBody },
        detail: { summary: 'Setup 2FA', description: 'A new secret, waiting 10 minutes to be enabled.' },
      },
    )
    .post(
      '/enable',
      async ({ body, caller }) => ({
        enabled: true as const,
        recovery_codes: await auth.secondFactor.enable(personOf(caller), body),
      }),
      {
        body: schema.enableBody,
        response: { 200: schema.totpEnabled, 400: errorBody, 401: errorBody, 409: errorBody },
        detail: {
          summary: 'Enable 2FA',
          description: '`secret` must be the one of the last set-up. Ends all other sessions of the user.',
        },
      },
    )
    .post(
      '/disable',
      async ({ body, caller }) => {
        await auth.secondFactor.disable(personOf(caller), body.code, caller);
        return { enabled: false };
      },
      {
        body: schema.disableBody,
        response: { 200: schema.enabled, 400: errorBody, 409: errorBody, ...limited },
        detail: { summary: 'Disable 2FA', description: 'Ends all other sessions of the user.' },
      },
    )
    .post(
      '/validate',
      async ({ body, caller, set }) =>
        enter(set, caller, await auth.login.validate({ totpToken: body.totp_token, code: body.code }, caller)),
      {
        body: schema.validateBody,
        response: { 200: schema.account, 400: errorBody, ...limited },
        detail: { summary: 'Validate TOTP code', description: 'Second step of a login.', ...open },
      },
    )
    .post(
      '/recovery',
      async ({ body, caller, set }) => {
        const typed = { totpToken: body.totp_token, recoveryCode: body.recovery_code };
        const signedIn = await auth.login.recover(typed, caller);
        return { ...enter(set, caller, signedIn), remaining_codes: signedIn.remainingCodes };
      },
      {
        body: schema.recoveryBody,
        response: { 200: schema.recovered, 400: errorBody, ...limited },
        detail: { summary: 'Use recovery code', description: 'Second step of a login without the phone.', ...open },
      },
    );

const onlyOnTheBox = 'Answers on the local socket of the box only (command line); 403 over the network.';
const nameParams = t.Object({ username: t.String() });

/** Accounts, from the command line. Everybody but the owner is refused before a body is looked at. */
export const userRoutes = (auth: Auth) =>
  new Elysia({ prefix: '/api/users', tags: ['Users'] })
    .onTransform(({ request }) => {
      if (callerOf(request).identity?.kind !== 'owner')
        throw forbidden('Accounts are managed with the command line of this box: dynamight user');
    })
    .post('/', async ({ body }) => userBody(await auth.accounts.create({ ...body, role: body.role ?? 'admin' })), {
      body: schema.newUserBody,
      response: { 200: schema.user, 400: errorBody, 403: errorBody, 409: errorBody },
      detail: { summary: 'Add a user', description: onlyOnTheBox },
    })
    .post(
      '/:username/reset-password',
      async ({ body, params }) => {
        await auth.accounts.resetPassword(params.username, body.password);
        return { message: 'Password changed' };
      },
      {
        params: nameParams,
        body: schema.resetPasswordBody,
        response: { 200: message, 400: errorBody, 403: errorBody, 404: errorBody },
        detail: { summary: 'Reset a password', description: `Ends all sessions of the user. ${onlyOnTheBox}` },
      },
    )
    .post(
      '/:username/disable-2fa',
      ({ params }) => {
        auth.accounts.disableSecondFactor(params.username);
        return { message: 'Two-factor login turned off' };
      },
      {
        params: nameParams,
        response: { 200: message, 403: errorBody, 404: errorBody },
        detail: { summary: 'Turn off 2FA', description: `Ends all sessions of the user. ${onlyOnTheBox}` },
      },
    );
