/** What went wrong, in words, and at which field if at one. */
export interface Problem {
  field?: string;
  message: string;
}

/** `Field 'password' must not contain the user name` → at `password`: "Must not contain the user name." */
export function problemOf(sentence: string): Problem {
  const [, field, rest] = /^Field '([a-z_]+)' (.+)$/s.exec(sentence) ?? [];
  if (field === undefined || rest === undefined) return { message: sentence };
  const words = rest.charAt(0).toUpperCase() + rest.slice(1);
  return { field, message: /[.!?]$/.test(words) ? words : `${words}.` };
}
