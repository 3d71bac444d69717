/** Calls of the API as one person makes them, cookie and all. */
export interface Client {
  // oxlint-disable-next-line typescript/no-explicit-any -- the answers of many routes
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** Waits for the end of a run, and tells it. */
  ended(run: number): Promise<{ id: number; status: string }>;
  cookie(): string;
}

const pollMs = 50;

export function client(url: string): Client {
  let cookie = '';
  const call: Client['call'] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    cookie = /token=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? cookie;
    return answer.json();
  };
  return {
    call,
    async ended(run) {
      for (;;) {
        const found = await call('GET', `/api/runs/${run}`);
        if (found.completed_at !== null) return found;
        await Bun.sleep(pollMs);
      }
    },
    cookie: () => cookie,
  };
}
