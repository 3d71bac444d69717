import { type Connection, closeCode, type Listener } from './connection.ts';

/** What can be followed: its whole state, then its changes. */
export interface Topic {
  /**
   * Tells a change to all subscribers. `change` answers it as JSON text and is called only when somebody listens; its
   * number grows by one all the same.
   */
  publish(change: () => string): void;
}

/**
 * The live topics of one socket:
 * client `{"subscribe":["jobs"]}` or `{"unsubscribe":["jobs"]}`; server `{"topic","seq","snapshot"}`, then
 * `{"topic","seq","change"}` with `seq` one larger each time. Subscribing again answers a new snapshot. A reader too
 * slow for the changes is sent a snapshot once it has read what was sent before: its numbers have a gap there.
 */
export interface Hub {
  /** `snapshot` answers the whole state as JSON text. */
  topic(name: string, snapshot: () => string): Topic;
  /** What a subscriber to that topic would be sent first. */
  firstMessage(name: string): string;
  serve(connection: Connection): Listener;
}

interface Subscriber {
  connection: Connection;
  /** Topics it follows; true: changes were left out, a snapshot is due. */
  topics: Map<string, boolean>;
}
interface TopicState {
  seq: number;
  snapshot(): string;
  subscribers: Set<Subscriber>;
}

const mostNames = 50;

export function createHub(): Hub {
  const topics = new Map<string, TopicState>();

  const snapshotOf = (name: string, { seq, snapshot }: TopicState) =>
    `{"topic":${JSON.stringify(name)},"seq":${seq},"snapshot":${snapshot()}}`;
  const sendSnapshot = (subscriber: Subscriber, name: string, topic: TopicState) => {
    // Whoever asks again and again without reading gets one answer.
    const due = !subscriber.connection.roomy;
    subscriber.topics.set(name, due);
    if (!due) subscriber.connection.send(snapshotOf(name, topic));
  };
  const subscribe = (subscriber: Subscriber, name: string) => {
    const topic = topics.get(name);
    if (!topic) {
      const message = `There is no topic "${name.slice(0, 100)}". Topics: ${[...topics.keys()].join(', ')}.`;
      subscriber.connection.send(JSON.stringify({ error: 'Not found', message }));
      return;
    }
    topic.subscribers.add(subscriber);
    sendSnapshot(subscriber, name, topic);
  };
  const unsubscribe = (subscriber: Subscriber, name: string) => {
    subscriber.topics.delete(name);
    topics.get(name)?.subscribers.delete(subscriber);
  };

  return {
    topic(name, snapshot) {
      const state: TopicState = { seq: 0, snapshot, subscribers: new Set() };
      topics.set(name, state);
      return {
        publish(change) {
          state.seq += 1;
          if (state.subscribers.size === 0) return;
          const text = `{"topic":${JSON.stringify(name)},"seq":${state.seq},"change":${change()}}`;
          for (const subscriber of state.subscribers) {
            if (subscriber.topics.get(name) === true) continue;
            if (subscriber.connection.roomy) subscriber.connection.send(text);
            else subscriber.topics.set(name, true);
          }
        },
      };
    },
    firstMessage(name) {
      const topic = topics.get(name);
      if (!topic) throw new Error(`There is no topic "${name}"`);
      return snapshotOf(name, topic);
    },
    serve(connection) {
      const subscriber: Subscriber = { connection, topics: new Map() };
      return {
        received(text) {
          const request = parseRequest(text);
          if (!request) return connection.close(closeCode.policy, 'Expected {"subscribe":["topic"]}');
          for (const name of request.unsubscribe) unsubscribe(subscriber, name);
          for (const name of request.subscribe) subscribe(subscriber, name);
        },
        drained() {
          for (const [name, due] of subscriber.topics) {
            const topic = topics.get(name);
            if (due && topic) sendSnapshot(subscriber, name, topic);
          }
        },
        closed() {
          for (const name of subscriber.topics.keys()) unsubscribe(subscriber, name);
        },
      };
    },
  };
}

interface Request {
  subscribe: string[];
  unsubscribe: string[];
}

/** null for what no client of ours says. */
function parseRequest(text: string): Request | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { subscribe, unsubscribe } = value as Record<string, unknown>;
  if (subscribe === undefined && unsubscribe === undefined) return null;
  const [wanted, unwanted] = [namesOf(subscribe), namesOf(unsubscribe)];
  return wanted && unwanted && { subscribe: wanted, unsubscribe: unwanted };
}

function namesOf(value: unknown): string[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > mostNames) return null;
  return value.every((name) => typeof name === 'string') ? [...new Set(value)] : null;
}
