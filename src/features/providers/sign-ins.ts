import type { Clock } from '../../core/clock.ts';
import { AppError, conflict, invalid, notFound } from '../../core/errors.ts';
import { createEvents } from '../../core/events.ts';
import type { Ids } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { type Brought, stored, typeOf } from './account-kinds.ts';
import { returnedIn } from './return-address.ts';
import type { SignInDoor } from './sign-in-door.ts';
import { signInOrder } from './sign-in-order.ts';
import { type Asker, newSignIn, type SignIn, view, wordsOf } from './sign-in-record.ts';
import { createSignInSteps, sha256 } from './sign-in-steps.ts';
import type { SignInBody, SignInView } from './sign-ins.schema.ts';

/** Credentials as sign-ins need them. */
interface SignInCredentials {
  open(id: number): { provider_type: string; data: Record<string, unknown> };
  create(body: { name: string; provider_type: string; data: unknown }): { id: number };
  update(id: number, patch: { data: unknown }): unknown;
}

export interface SignInsDeps {
  credentials: SignInCredentials;
  /** Speaks the protocol; loaded when the first account is used. */
  door(): Promise<SignInDoor>;
  /** Tells who keeps accounts alive that this credential has fresh tokens. */
  renewed(credentialId: number): void;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Results are kept a while for a page that was away. */
const keptMs = 60 * 60_000;
const mostAtOnce = 20;

/** Signing in at Google and Microsoft with the person's own app registration. Lives in memory: a restart ends them. */
export function createSignIns({ credentials, door, renewed, clock, ids, log }: SignInsDeps) {
  const running = new Map<string, SignIn>();
  const events = createEvents<{ 'sign-in.changed': { id: string } }>((error) =>
    log.error('News of a sign-in could not be told', { error }),
  );

  const end = (one: SignIn, state: 'done' | 'failed', message: string) => {
    if (one.state !== 'waiting') return;
    Object.assign(one, { state, message, stateHash: null, verifier: '', draft: {} });
    one.stop.abort();
    events.emit('sign-in.changed', { id: one.id });
  };
  const fail = (one: SignIn, error: unknown) => {
    if (one.state === 'waiting') end(one, 'failed', wordsOf(error, log));
  };
  const finish = (one: SignIn, tokens: Brought) => {
    if (one.state !== 'waiting') return;
    const data = { ...one.draft, ...stored(tokens) };
    if (one.credentialId === null)
      one.credentialId = credentials.create({ name: one.name, provider_type: typeOf(one.kind), data }).id;
    else credentials.update(one.credentialId, { data });
    renewed(one.credentialId);
    end(one, 'done', 'Signed in');
  };
  const { start, take } = createSignInSteps({ door, ids, end, fail, finish });

  const sweep = () => {
    for (const one of running.values()) {
      if (clock.now() > one.expiresAt) end(one, 'failed', 'Nobody signed in within the time. Start again.');
      if (clock.now() > one.expiresAt + keptMs) running.delete(one.id);
    }
  };
  const ofAsker = (id: string, asker: Pick<Asker, 'sessionId'>): SignIn => {
    sweep();
    const one = running.get(id);
    if (!one || one.asker.sessionId !== asker.sessionId) throw notFound('Sign-in');
    return one;
  };
  const waiting = () => [...running.values()].filter((one) => one.state === 'waiting');

  return {
    events,
    async begin(body: SignInBody, asker: Asker): Promise<SignInView> {
      sweep();
      if (waiting().length >= mostAtOnce) throw conflict('Too many sign-ins are open. Finish or cancel one first.');
      const order = signInOrder(body, credentials.open);
      const one = newSignIn(ids.uuid(), order, body.method, asker, clock.now());
      running.set(one.id, one);
      try {
        await start(one);
      } catch (error) {
        running.delete(one.id);
        // What a service says against the very start is an answer to the person who asked.
        throw error instanceof AppError ? error : conflict(wordsOf(error, log));
      }
      return view(one);
    },
    see: (id: string, asker: Pick<Asker, 'sessionId'>): SignInView => view(ofAsker(id, asker)),
    /** What everybody may know of one. */
    peek(id: string) {
      const one = running.get(id);
      return { id, state: one?.state ?? 'failed', credential_id: one?.credentialId ?? null };
    },
    cancel(id: string, asker: Pick<Asker, 'sessionId'>): void {
      end(ofAsker(id, asker), 'failed', 'Cancelled');
      running.delete(id);
    },
    /** The browser came to this address of ours. Whoever brings the state is believed once; nobody is answered. */
    returned(address: string): void {
      sweep();
      const back = returnedIn(address);
      const hash = sha256(back?.state ?? '');
      const one = waiting().find((each) => each.stateHash === hash);
      if (one && back) void take(one, back);
    },
    /** The person brings the address their browser could not open. */
    async bring(id: string, address: string, asker: Pick<Asker, 'sessionId'>): Promise<SignInView> {
      const one = ofAsker(id, asker);
      if (one.stateHash === null) throw conflict('This sign-in does not wait for an address. Start again.');
      const back = returnedIn(address);
      if (back === null || sha256(back.state) !== one.stateHash)
        throw invalid("Field 'address' must be the whole address the browser ended at in this very sign-in");
      await take(one, back);
      return view(one);
    },
    /** Whoever is signed out may not finish what was begun. */
    endSessions(sessionIds: readonly number[]): void {
      for (const one of waiting())
        if (one.asker.sessionId !== null && sessionIds.includes(one.asker.sessionId)) end(one, 'failed', 'Signed out');
    },
    sweep,
    stop(): void {
      for (const one of waiting()) end(one, 'failed', 'The server stops. Start again.');
      running.clear();
    },
  };
}

export type SignIns = ReturnType<typeof createSignIns>;
