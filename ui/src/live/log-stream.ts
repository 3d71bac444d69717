import { createEffect, createSignal, onCleanup, untrack } from 'solid-js';
import type { LogLineView } from '../../../src/features/backups/schema.ts';
import { call } from '../api/client.ts';
import { createPolling } from '../lib/time.ts';
import { countLines, createLogWindow, linesPerPage, pageOf } from './log-window.ts';
import { onPageWake, openSocket, type Socket, socketUrl } from './socket.ts';

export type LogLevel = LogLineView['level'];
/** `id` is its number in the whole log, from 1; missing where lines come by socket, one after the other. */
export type LogLine = Pick<LogLineView, 'timestamp' | 'level' | 'message'> & { id?: number };

export interface LogStream {
  /** Lines known so far. */
  total(): number;
  /** The line at an index; undefined while its page is on the way. Reactive, and asks for the page when it is missing. */
  at(index: number): LogLine | undefined;
  /** The first answer is here. */
  ready(): boolean;
  /** True while lines still come by themselves. */
  live(): boolean;
  /** Batches handed to the screen so far; at most one per frame. */
  batches(): number;
  /** Pages could not be fetched; it is tried again by itself. */
  failed(): boolean;
}

const againMs = 2000;
/** How often is asked where no socket tells. */
const askMs = 1000;
/** While the socket tells everything, the box is not asked. */
const neverMs = 2 ** 31 - 1;
/** Further behind than so many pages, only the end is fetched. */
const mostPagesInARow = 4;
/** Between two batches on the screen, and so many times what the last one took: a slow phone has other things to draw. */
const batchGap = { leastMs: 50, times: 5 };
const pagesAtOnce = 2;
/** Of pages that were scrolled past, only the last ones are still fetched. */
const pagesWanted = 4;

/**
 * The log of one run, a million lines long if need be: pages by index, and while it is `active` what is new by socket,
 * from the first line that is not known yet. `level` keeps only lines of that level, and asks for new ones; make
 * another stream to change it. Belongs to the owner it is made in.
 */
export function createLogStream(options: { runId: number; active: () => boolean; level?: LogLevel }): LogStream {
  const log = createLogWindow<LogLine>();
  const [version, setVersion] = createSignal(0, { equals: false });
  const [ready, setReady] = createSignal(false);
  const [live, setLive] = createSignal(options.active());
  const [failed, setFailed] = createSignal(false);
  const asked = new Set<number>();
  const wanted: number[] = []; // the newest wish last
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let loading = 0;
  let batches = 0;
  let over = false;

  const show = () => {
    batches += 1;
    setVersion(batches);
  };
  const query = (limit: number, offset: number) =>
    `/api/runs/${options.runId}/logs?limit=${limit}&offset=${offset}${options.level ? `&level=${options.level}` : ''}`;
  const get = (limit: number, offset: number) => call<LogLine[]>('GET', query(limit, offset));
  const later = (work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, againMs);
    timers.add(timer);
  };
  /** Until it succeeds, with a pause after each failure. */
  const persist = (work: () => Promise<void>): void => {
    const attempt = async () => {
      try {
        await work();
        if (!over) setFailed(false);
      } catch {
        if (over) return;
        setFailed(true);
        later(() => void attempt());
      }
    };
    void attempt();
  };

  const load = async (page: number) => {
    loading += 1;
    try {
      const lines = await get(linesPerPage, page * linesPerPage);
      if (over) return;
      log.put(page * linesPerPage, lines);
      asked.delete(page);
      setFailed(false);
      show();
    } catch {
      if (over) return;
      setFailed(true);
      later(() => {
        asked.delete(page);
        show(); // whoever still looks at it asks again
      });
    } finally {
      loading -= 1;
      pump();
    }
  };
  const pump = () => {
    while (!over && loading < pagesAtOnce) {
      const page = wanted.pop();
      if (page === undefined) return;
      void load(page);
    }
  };
  const want = (page: number) => {
    if (asked.has(page)) return;
    asked.add(page);
    wanted.push(page);
    if (wanted.length > pagesWanted) asked.delete(wanted.shift() ?? -1);
    queueMicrotask(pump);
  };

  /** Finds the end, and fetches what stands there. */
  const measure = async () => {
    const total = await countLines(async (offset) => (await get(1, offset)).length > 0);
    if (over) return;
    log.grow(total);
    if (total === 0) return;
    const last = pageOf(total - 1) * linesPerPage;
    const lines = await get(linesPerPage, last);
    if (!over) log.put(last, lines);
  };
  const begin = async () => {
    const lines = await get(linesPerPage, 0);
    if (over) return;
    log.put(0, lines);
    if (lines.length === linesPerPage) await measure();
    if (over) return;
    setReady(true);
    show();
  };
  /** Fetches what came after the last line that is known. */
  const catchUp = async () => {
    for (let pages = 0; ; pages += 1) {
      if (pages === mostPagesInARow) return measure().then(show);
      const from = log.total();
      const lines = await get(linesPerPage, from);
      if (over || lines.length === 0) return;
      log.put(from, lines);
      show();
      if (lines.length < linesPerPage) return;
    }
  };

  const follow = () => {
    const [told, setTold] = createSignal(false);
    let waiting: LogLine[] = [];
    let first = 0; // index of the first that waits
    let frame = 0;
    let nextAt = 0;
    const flush = () => {
      frame = 0;
      if (waiting.length === 0) return;
      const begunAt = performance.now();
      log.put(first, waiting);
      first += waiting.length;
      waiting = [];
      show();
      const endedAt = performance.now();
      nextAt = endedAt + Math.max(batchGap.leastMs, (endedAt - begunAt) * batchGap.times);
    };
    const inFrame = () => {
      if (performance.now() < nextAt) frame = requestAnimationFrame(inFrame);
      else flush();
    };
    const ask = createPolling(
      () =>
        told()
          ? Promise.resolve()
          : catchUp().then(
              () => void setFailed(false),
              () => void setFailed(true),
            ),
      () => (told() ? neverMs : askMs),
    );
    if (options.level) return;
    const socket: Socket = openSocket({
      url() {
        flush();
        first = log.total();
        return socketUrl(`/api/ws/logs/${options.runId}?batched=true&after=${first}`);
      },
      onOpen: () => setTold(true),
      onText(text) {
        const lines: unknown = JSON.parse(text);
        if (!Array.isArray(lines)) return; // how the run ended is told elsewhere too
        for (const { timestamp, level, message } of lines as LogLine[]) waiting.push({ timestamp, level, message });
        // A hidden tab draws no frames; its lines must not pile up in memory meanwhile.
        if (document.hidden && waiting.length > linesPerPage) flush();
        else if (frame === 0) frame = requestAnimationFrame(inFrame);
      },
      onDown() {
        setTold(false);
        ask();
      },
      onWake: onPageWake,
      random: Math.random,
    });
    onCleanup(() => {
      socket.close();
      cancelAnimationFrame(frame);
      flush();
    });
  };

  persist(begin);
  // Also when it ends before the first answer: what was said in between is asked for then.
  let followed = untrack(options.active);
  createEffect(() => {
    if (!ready()) return;
    if (options.active()) {
      followed = true;
      setLive(true);
      untrack(follow);
    } else {
      if (followed) persist(catchUp);
      setLive(false);
    }
  });
  onCleanup(() => {
    over = true;
    for (const timer of timers) clearTimeout(timer);
  });

  return {
    total: () => (version(), log.total()),
    at(index) {
      version();
      const line = log.at(index);
      if (line === undefined && index < log.total()) want(pageOf(index));
      return line;
    },
    ready,
    live,
    failed,
    batches: () => batches,
  };
}
