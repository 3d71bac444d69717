import { expect, test } from 'bun:test';
import type { Answer, TestApp } from './app.ts';

/** One HTTP exchange as a readable row: who asks what, what must come back, and what must not. */
export interface Scenario {
  name: string;
  method: string;
  path: string | (() => string);
  /** Who asks: nobody, the signed-in admin (default), or the data folder's owner. */
  as?: 'nobody' | 'admin' | 'owner';
  body?: unknown;
  rawBody?: string;
  headers?: Record<string, string>;
  before?: (app: TestApp) => void | Promise<void>;
  status: number;
  /** Members the JSON answer must have (deep partial match). */
  json?: unknown;
  /** The JSON answer to the letter. */
  exactly?: unknown;
  contains?: string[];
  lacks?: string[];
  after?: (app: TestApp, answer: Answer) => void | Promise<void>;
}

/** Runs each row as a test of its own, in order, on one application. */
export function scenarios(app: () => TestApp, rows: Scenario[]): void {
  for (const row of rows) {
    const path = () => (typeof row.path === 'string' ? row.path : row.path());
    test(row.name, async () => {
      const on = app();
      await row.before?.(on);
      const who = row.as ?? 'admin';
      const answer = await on.call(row.method, path(), {
        body: row.body,
        rawBody: row.rawBody,
        headers: row.headers,
        token: who === 'admin' ? await on.signIn() : null,
        owner: who === 'owner',
      });
      expect(`${answer.status} ${answer.text}`).toStartWith(String(row.status));
      if (row.json !== undefined) expect(answer.json).toMatchObject(row.json as object);
      if (row.exactly !== undefined) expect(answer.json).toEqual(row.exactly);
      for (const text of row.contains ?? []) expect(answer.text).toContain(text);
      for (const text of row.lacks ?? []) expect(answer.text).not.toContain(text);
      await row.after?.(on, answer);
    });
  }
}
