/** News of this room. */
export interface AuthEvents {
  /** These sessions open nothing any more: whatever is still open on their behalf must be closed. */
  'sessions.ended': { sessionIds: readonly number[] };
}
