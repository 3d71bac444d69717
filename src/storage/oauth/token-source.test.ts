import { describe, expect, test } from 'bun:test';
import { StorageError } from '../errors.ts';
import { createTokenSource, type StoredTokens } from './token-source.ts';

const { signal } = new AbortController();

/** A service that gives a new refresh token each time and ends the sign-in when one comes twice. */
function setup(options: { rotates?: boolean } = {}) {
  const state = {
    now: 1_000_000,
    stored: { accessToken: 'a0', refreshToken: 'r0', expiresAtMs: 1_000_000 + 3_600_000 } as StoredTokens,
    refreshes: [] as string[],
    stores: 0,
    problem: null as Error | null,
    storeProblem: null as Error | null,
    /** Refreshes wait for this. */
    gate: Promise.resolve(),
  };
  const source = createTokenSource({
    load: () => state.stored,
    async store(tokens) {
      if (state.storeProblem) throw state.storeProblem;
      await Promise.resolve();
      state.stored = tokens;
      state.stores += 1;
    },
    async refresh(refreshToken) {
      state.refreshes.push(refreshToken);
      const n = state.refreshes.length;
      await state.gate;
      if (state.problem) throw state.problem;
      return {
        accessToken: `a${n}`,
        refreshToken: options.rotates ? `r${n}` : null,
        expiresAtMs: state.now + 3_600_000,
      };
    },
    now: () => state.now,
  });
  return { state, source };
}

describe('tokens of one account', () => {
  test('a good one is handed out, and renewed a minute before its end', async () => {
    const { state, source } = setup();
    expect(await source.get(signal)).toBe('a0');
    state.now += 3_600_000 - 60_001;
    expect(await source.get(signal)).toBe('a0');
    state.now += 2;
    expect(await source.get(signal)).toBe('a1');
    expect(state.stored).toEqual({ accessToken: 'a1', refreshToken: 'r0', expiresAtMs: state.now + 3_600_000 });
  });

  test('however many ask at once, it is renewed once', async () => {
    const { state, source } = setup({ rotates: true });
    state.now += 4_000_000;
    const got = await Promise.all(Array.from({ length: 50 }, () => source.get(signal)));
    expect(new Set(got)).toEqual(new Set(['a1']));
    expect(state.refreshes).toEqual(['r0']);
  });

  test('new tokens are stored before anybody gets them', async () => {
    const { state, source } = setup({ rotates: true });
    state.now += 4_000_000;
    state.storeProblem = new Error('disk full');
    expect(await source.get(signal).catch(String)).toContain('disk full');
    // The old refresh token is used up: the new one must not be lost, nor another one be asked for.
    state.storeProblem = null;
    expect(await source.get(signal)).toBe('a1');
    expect(state.refreshes).toEqual(['r0']);
    expect(state.stored.refreshToken).toBe('r1');
  });

  test('a refused token is renewed, but only if it is the one in use', async () => {
    const { state, source } = setup();
    source.reject('something old');
    expect(await source.get(signal)).toBe('a0');
    source.reject('a0');
    expect(await source.get(signal)).toBe('a1');
    source.reject('a0');
    expect(await source.get(signal)).toBe('a1');
    expect(state.refreshes).toHaveLength(1);
  });

  test('one caller that gives up does not take it from the others', async () => {
    const { state, source } = setup();
    state.now += 4_000_000;
    const gate = Promise.withResolvers<void>();
    state.gate = gate.promise;
    const impatient = new AbortController();
    const [first, second] = [source.get(impatient.signal), source.get(signal)];
    const reason = new Error('enough');
    impatient.abort(reason);
    expect(await first.catch((error: unknown) => error)).toBe(reason);
    gate.resolve();
    expect(await second).toBe('a1');
    expect(state.refreshes).toHaveLength(1);
  });

  test('an ended sign-in is asked about once, until somebody signs in again', async () => {
    const { state, source } = setup();
    state.now += 4_000_000;
    state.problem = new StorageError('auth_expired', 'Sign in again.');
    for (const _ of [1, 2, 3]) expect(await source.get(signal).catch((error: unknown) => error)).toBe(state.problem);
    expect(state.refreshes).toHaveLength(1);
    state.problem = null;
    state.stored = { accessToken: null, refreshToken: 'new', expiresAtMs: null };
    expect(await source.get(signal)).toBe('a2');
  });

  test('trouble on the way is asked about again', async () => {
    const { state, source } = setup();
    state.now += 4_000_000;
    state.problem = new StorageError('unreachable', 'No network.');
    expect(await source.get(signal).catch((error: unknown) => error)).toBe(state.problem);
    state.problem = null;
    expect(await source.get(signal)).toBe('a2');
  });

  test('a service that never answers is given up in words', async () => {
    const source = createTokenSource({
      load: () => ({ accessToken: null, refreshToken: 'r', expiresAtMs: null }),
      store() {},
      refresh: (_, patience) =>
        new Promise((_, reject) => patience.addEventListener('abort', () => reject(patience.reason))),
      now: Date.now,
      patienceMs: 20,
    });
    const error = await source.get(signal).catch((thrown: unknown) => thrown);
    expect(error instanceof StorageError && error.code).toBe('timeout');
  });
});
