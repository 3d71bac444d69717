import { createContext, useContext } from 'solid-js';

/** Who is signed in, as far as every page may need it. */
export interface Person {
  username: string;
}

export const MeContext = createContext<() => Person>();

/** The person who is signed in; reactive. */
export function useMe(): () => Person {
  const me = useContext(MeContext);
  if (!me) throw new Error('Only for screens behind the login');
  return me;
}
