import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { flag, rowId, rowUuid, time } from '../../db/columns.ts';

export const users = sqliteTable('users', {
  id: rowId(),
  uuid: rowUuid(),
  /** As typed at creation, trimmed and NFC. */
  username: text('username').notNull(),
  /** What makes two names the same one: `usernameKey()`. SQLite's NOCASE would know ASCII only. */
  usernameKey: text('username_key').notNull().unique(),
  email: text('email'),
  name: text('name'),
  role: text('role', { enum: ['admin', 'user'] }).notNull(),
  disabled: flag('disabled').notNull().default(false),
  /** argon2id, encoded form with its parameters. */
  passwordHash: text('password_hash').notNull(),
  /** Sealed; null while two-factor login is off. */
  totpSecret: text('totp_secret'),
  /** Sealed secret of a set-up not yet confirmed, good for ten minutes. */
  totpPending: text('totp_pending'),
  totpPendingAt: time('totp_pending_at'),
  /** Time step of the last code that was accepted: no code works twice. */
  totpLastStep: integer('totp_last_step').notNull().default(0),
  lastLogin: time('last_login'),
  createdAt: time('created_at').notNull(),
});

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    id: rowId(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** argon2id of the normalised code. */
    hash: text('hash').notNull(),
    usedAt: time('used_at'),
  },
  (table) => [index('recovery_codes_user').on(table.userId)],
);

export const sessions = sqliteTable(
  'sessions',
  {
    id: rowId(),
    /** The `jti` of the session's JWT. */
    jti: text('jti').notNull().unique(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: time('created_at').notNull(),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    address: text('address').notNull(),
    userAgent: text('user_agent'),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

/** A correct password waiting for its second factor (`totp_token`). */
export const loginChallenges = sqliteTable('login_challenges', {
  jti: text('jti').primaryKey(),
  userId: integer('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  expiresAt: time('expires_at').notNull(),
  attempts: integer('attempts').notNull().default(0),
});

/**
 * Failed attempts, per account (`account:<keyed hash of the name>`: people type passwords into name fields) and per
 * address (`address:<address or /64>`).
 */
export const loginAttempts = sqliteTable('login_attempts', {
  key: text('key').primaryKey(),
  /** Failures within the window, attempts still being checked included. */
  failures: integer('failures').notNull(),
  /** The newest of them. */
  failedAt: time('failed_at').notNull(),
  /** Locks so far: each is twice as long as the one before. */
  lockouts: integer('lockouts').notNull().default(0),
  lockedUntil: time('locked_until'),
});
