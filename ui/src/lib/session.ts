import { createContext, useContext } from 'solid-js';

/** What a screen can say about the session it lives in. */
export interface Session {
  /** The server answered 401: back to the login. */
  ended(): void;
}

export const SessionContext = createContext<Session>();

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('Only for screens behind the login');
  return session;
}
