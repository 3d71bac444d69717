/** What the box wrote into the page it sent (`src/http/told.ts` says what), read by `early.js`. */
interface Told {
  answers: Record<string, [status: number, body: unknown]>;
  topics: { topic: string; seq: number; snapshot: unknown }[];
}
const told = (globalThis as { told?: Told }).told ?? { answers: {}, topics: [] };

/** Afterwards it may be old, and is asked for like everything else. */
const freshMs = 10_000;
const isFresh = () => performance.now() < freshMs;

/** The answer to a GET that came with the page; once. */
export function toldAnswer(path: string): Told['answers'][string] | undefined {
  const answer = told.answers[path];
  delete told.answers[path];
  return isFresh() ? answer : undefined;
}

/** The state of a live topic that came with the page; once. */
export function toldTopic(topic: string): unknown[] | null {
  const message = told.topics.find((one) => one.topic === topic);
  told.topics = told.topics.filter((one) => one !== message);
  return isFresh() && Array.isArray(message?.snapshot) ? message.snapshot : null;
}
