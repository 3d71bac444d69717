import { Elysia } from 'elysia';
import type { Caller } from '../../http/caller.ts';
import { withCaller } from '../../http/caller.ts';
import { errorBody, message } from '../../http/fields.ts';
import { broughtBody, signInBody, signInParams, signInView } from './sign-ins.schema.ts';
import type { SignIns } from './sign-ins.ts';

const sessionOf = ({ identity }: Caller): { sessionId: number | null } => ({
  sessionId: identity?.kind === 'user' ? identity.sessionId : null,
});

/** How the browser that asks reached this box, or as the box is known outside. */
const originOf = (request: Request, caller: Caller, publicUrl: string | null): string =>
  publicUrl?.replace(/\/$/, '') ??
  `${caller.secure ? 'https' : 'http'}://${request.headers.get('host') ?? 'localhost'}`;

export const signInRoutes = (signIns: SignIns, publicUrl: string | null) =>
  new Elysia({ prefix: '/api/sign-ins', tags: ['Sign-in'] })
    .use(withCaller)
    .post(
      '/',
      ({ body, caller, request }) =>
        signIns.begin(body, { ...sessionOf(caller), origin: originOf(request, caller, publicUrl) }),
      {
        body: signInBody,
        response: { 200: signInView, 400: errorBody, 404: errorBody, 409: errorBody },
        detail: {
          summary: 'Begin a sign-in at Google or Microsoft',
          description:
            'With your own app registration. Ends in a new credential, or in fresh tokens of `credential_id`. Follow it with GET, or by the live topic `sign_ins`. It lasts ten minutes (a device code as long as the service says), and ends with the session that began it.',
        },
      },
    )
    .get('/:id', ({ params, caller }) => signIns.see(params.id, sessionOf(caller)), {
      params: signInParams,
      response: { 200: signInView, 404: errorBody },
      detail: { summary: 'Look at a sign-in', description: 'Only for the session that began it.' },
    })
    .post('/:id/returned', ({ params, body, caller }) => signIns.bring(params.id, body.address, sessionOf(caller)), {
      params: signInParams,
      body: broughtBody,
      response: { 200: signInView, 400: errorBody, 404: errorBody, 409: errorBody },
      detail: {
        summary: 'Bring the address a sign-in ended at',
        description:
          'Where the browser could not open the return page itself: the whole address out of its address bar. Answers when the service has been asked. An address of another sign-in is refused and uses nothing up.',
      },
    })
    .delete(
      '/:id',
      ({ params, caller }) => {
        signIns.cancel(params.id, sessionOf(caller));
        return { message: 'Sign-in cancelled' };
      },
      {
        params: signInParams,
        response: { 200: message, 404: errorBody },
        detail: { summary: 'Cancel a sign-in', description: 'Only by the session that began it.' },
      },
    );

/** Topic `sign_ins`: changes `{"sign_in": {id, state, credential_id}}`; the rest is for the session that began it. */
export function addSignInTopic(
  hub: { topic(name: string, snapshot: () => string): { publish(change: () => string): void } },
  signIns: Pick<SignIns, 'events' | 'peek'>,
): void {
  const topic = hub.topic('sign_ins', () => '[]');
  signIns.events.on('sign-in.changed', ({ id }) => topic.publish(() => JSON.stringify({ sign_in: signIns.peek(id) })));
}
