import { and, asc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm';
import { type Db, transaction } from '../../db/open.ts';
import { loginAttempts, loginChallenges, recoveryCodes, sessions, users } from './table.ts';

export type User = typeof users.$inferSelect;
export type NewUser = Pick<User, 'uuid' | 'username' | 'usernameKey' | 'role' | 'passwordHash' | 'createdAt'>;
export type Session = typeof sessions.$inferSelect;
/** What every request asks of a session and its user, and no more. */
export type OpenSession = Pick<Session, 'id' | 'lastSeenAt' | 'expiresAt' | 'userId'> &
  Pick<User, 'uuid' | 'username' | 'role' | 'disabled'>;
export type AttemptRow = typeof loginAttempts.$inferSelect;

/** Users, sessions, second factors and failed attempts: the rows, no decisions. */
export function createAuthStore(db: Db) {
  const sessionColumns = {
    id: sessions.id,
    lastSeenAt: sessions.lastSeenAt,
    expiresAt: sessions.expiresAt,
    userId: users.id,
    uuid: users.uuid,
    username: users.username,
    role: users.role,
    disabled: users.disabled,
  };
  const sessionByJti = db
    .select(sessionColumns)
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.jti, sql.placeholder('jti')))
    .prepare();
  const touch = db
    .update(sessions)
    .set({ lastSeenAt: sql`${sql.placeholder('now')}` })
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare();

  return {
    /** All of `work` or nothing of it; synchronous. */
    transaction: <T>(work: () => T): T => transaction(db, work),

    hasUsers: (): boolean => db.select({ id: users.id }).from(users).limit(1).get() !== undefined,
    userById: (id: number): User | undefined => db.select().from(users).where(eq(users.id, id)).get(),
    userByKey: (key: string): User | undefined => db.select().from(users).where(eq(users.usernameKey, key)).get(),
    /** undefined when somebody is there already: the check and the insert are one statement. */
    insertFirstUser(user: NewUser): User | undefined {
      const [added] = db.all<{ id: number }>(sql`
        INSERT INTO users (uuid, username, username_key, role, password_hash, created_at)
        SELECT ${user.uuid}, ${user.username}, ${user.usernameKey}, ${user.role}, ${user.passwordHash}, ${user.createdAt}
        WHERE NOT EXISTS (SELECT 1 FROM users)
        RETURNING id`);
      return added && db.select().from(users).where(eq(users.id, added.id)).get();
    },
    /** undefined when the name is taken. */
    insertUser: (user: NewUser): User | undefined =>
      db.insert(users).values(user).onConflictDoNothing({ target: users.usernameKey }).returning().get(),
    setPassword: (id: number, passwordHash: string): void =>
      db.update(users).set({ passwordHash }).where(eq(users.id, id)).run(),
    setLastLogin: (id: number, at: number): void =>
      db.update(users).set({ lastLogin: at }).where(eq(users.id, id)).run(),

    setPendingSecret: (id: number, sealed: string, at: number): void =>
      db.update(users).set({ totpPending: sealed, totpPendingAt: at }).where(eq(users.id, id)).run(),
    /** False when the pending secret was replaced or confirmed meanwhile. */
    confirmSecret(id: number, pending: string, sealed: string, step: number, codeHashes: readonly string[]): boolean {
      const confirmed = db
        .update(users)
        .set({ totpSecret: sealed, totpPending: null, totpPendingAt: null, totpLastStep: step })
        .where(and(eq(users.id, id), isNull(users.totpSecret), eq(users.totpPending, pending)))
        .returning({ id: users.id })
        .all();
      if (confirmed.length === 0) return false;
      db.delete(recoveryCodes).where(eq(recoveryCodes.userId, id)).run();
      db.insert(recoveryCodes)
        .values(codeHashes.map((hash) => ({ userId: id, hash })))
        .run();
      return true;
    },
    dropSecondFactor(id: number): void {
      db.update(users).set({ totpSecret: null, totpPending: null, totpPendingAt: null }).where(eq(users.id, id)).run();
      db.delete(recoveryCodes).where(eq(recoveryCodes.userId, id)).run();
    },
    /** Uses up a time step; false when it, or a later one, was used before. Of two at once only one gets true. */
    useStep: (id: number, step: number): boolean =>
      db
        .update(users)
        .set({ totpLastStep: step })
        .where(and(eq(users.id, id), lt(users.totpLastStep, step)))
        .returning({ id: users.id })
        .all().length > 0,
    unusedCodes: (userId: number): { id: number; hash: string }[] =>
      db
        .select({ id: recoveryCodes.id, hash: recoveryCodes.hash })
        .from(recoveryCodes)
        .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)))
        .all(),
    /** False when it was used, or replaced, before. */
    useCode: (id: number, at: number): boolean =>
      db
        .update(recoveryCodes)
        .set({ usedAt: at })
        .where(and(eq(recoveryCodes.id, id), isNull(recoveryCodes.usedAt)))
        .returning({ id: recoveryCodes.id })
        .all().length > 0,

    insertSession: (session: Omit<Session, 'id'>): Session => db.insert(sessions).values(session).returning().get(),
    sessionByJti: (jti: string): OpenSession | undefined => sessionByJti.get({ jti }),
    sessionById: (id: number): OpenSession | undefined =>
      db
        .select(sessionColumns)
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(eq(sessions.id, id))
        .get(),
    touchSession: (id: number, now: number): void => touch.run({ id, now }),
    sessionsOf: (userId: number): Session[] =>
      db.select().from(sessions).where(eq(sessions.userId, userId)).orderBy(asc(sessions.id)).all(),
    /** These three answer the ids that ended. */
    endSession: (id: number, userId: number): number[] =>
      db
        .delete(sessions)
        .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
        .returning({ id: sessions.id })
        .all()
        .map((row) => row.id),
    endSessionsOf: (userId: number, exceptId: number | null): number[] =>
      db
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), exceptId === null ? undefined : ne(sessions.id, exceptId)))
        .returning({ id: sessions.id })
        .all()
        .map((row) => row.id),
    endSessionsBefore: (expiredAt: number, unseenSince: number): number[] =>
      db
        .delete(sessions)
        .where(sql`${sessions.expiresAt} <= ${expiredAt} OR ${sessions.lastSeenAt} <= ${unseenSince}`)
        .returning({ id: sessions.id })
        .all()
        .map((row) => row.id),

    insertChallenge: (jti: string, userId: number, expiresAt: number): void =>
      db.insert(loginChallenges).values({ jti, userId, expiresAt }).run(),
    challengeUser: (jti: string, now: number): User | undefined =>
      db
        .select({ user: users })
        .from(loginChallenges)
        .innerJoin(users, eq(users.id, loginChallenges.userId))
        .where(and(eq(loginChallenges.jti, jti), gt(loginChallenges.expiresAt, now)))
        .get()?.user,
    /** Counts one try; false when the challenge is gone or has had `limit` tries. */
    tryChallenge: (jti: string, limit: number): boolean =>
      db
        .update(loginChallenges)
        .set({ attempts: sql`${loginChallenges.attempts} + 1` })
        .where(and(eq(loginChallenges.jti, jti), lt(loginChallenges.attempts, limit)))
        .returning({ jti: loginChallenges.jti })
        .all().length > 0,
    /** Uses it up; false when it was used, or withdrawn, before. */
    takeChallenge: (jti: string): boolean =>
      db.delete(loginChallenges).where(eq(loginChallenges.jti, jti)).returning({ jti: loginChallenges.jti }).all()
        .length > 0,
    dropChallengesOf: (userId: number): void =>
      db.delete(loginChallenges).where(eq(loginChallenges.userId, userId)).run(),
    dropStaleChallenges: (before: number): void =>
      db.delete(loginChallenges).where(lt(loginChallenges.expiresAt, before)).run(),
    dropStalePending: (before: number): void =>
      db.update(users).set({ totpPending: null, totpPendingAt: null }).where(lt(users.totpPendingAt, before)).run(),

    attempts: (key: string): AttemptRow | undefined =>
      db.select().from(loginAttempts).where(eq(loginAttempts.key, key)).get(),
    saveAttempts: (row: AttemptRow): void =>
      db.insert(loginAttempts).values(row).onConflictDoUpdate({ target: loginAttempts.key, set: row }).run(),
    dropAttempts: (key: string): void => db.delete(loginAttempts).where(eq(loginAttempts.key, key)).run(),
    dropAttemptsBefore: (at: number): void =>
      db
        .delete(loginAttempts)
        .where(and(lt(loginAttempts.failedAt, at), sql`coalesce(${loginAttempts.lockedUntil}, 0) < ${at}`))
        .run(),
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
