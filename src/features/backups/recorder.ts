import type { Clock } from '../../core/clock.ts';
import type { LogLevel, LogLine, LogStore } from './logs.store.ts';
import type { MoverItem, MoverProblem } from './movers/mover.ts';
import { displayPath, pathBytes } from './names.ts';
import { errorsKept, type RunErrorRow, type RunStore } from './runs.store.ts';

const batchLines = 500;
const batchMs = 250;
/** Lines kept of one run; beyond it lines per file are only counted. Warnings and errors are always kept. */
const defaultLinesKept = 1_000_000;
/** Paths remembered to name each only once. */
const remembered = 50_000;

export interface RecorderDeps {
  run: { id: number; uuid: string };
  verbosity: 'quiet' | 'normal' | 'verbose';
  /** `<landing>/<path>` whose failure the user accepted: counted as a warning. */
  acknowledged: ReadonlySet<string>;
  logs: LogStore;
  runs: RunStore;
  clock: Clock;
  linesKept?: number;
  /** New lines can be read. */
  onStored(): void;
  /** The database took nothing (full disk …): told once, the run goes on. */
  onLost(error: unknown): void;
}

/** Writes down what a run does: log lines and per-file problems, in batches, so that no SD card is worn and no copy waits. */
export function createRecorder(deps: RecorderDeps) {
  const { linesKept = defaultLinesKept } = deps;
  let lines: LogLine[] = [];
  let problems: Omit<RunErrorRow, 'id'>[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stored = 0;
  let skipped = 0;
  let kept = 0;
  let lost = false;
  const named = new Map<string, 'warning' | 'error'>();
  const counts = { warnings: 0, errors: 0 };
  let firstError: { name: string; message: string } | null = null;

  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const [lineBatch, problemBatch] = [lines, problems];
    lines = [];
    problems = [];
    try {
      if (lineBatch.length > 0) deps.logs.append(deps.run.uuid, lineBatch);
      if (problemBatch.length > 0) deps.runs.addErrors(problemBatch);
      if (lineBatch.length > 0) deps.onStored();
    } catch (error) {
      if (!lost) deps.onLost(error);
      lost = true;
    }
  };
  const push = (level: LogLevel, message: string) => {
    lines.push({ timestamp: deps.clock.now(), level, message });
    stored += 1;
    if (lines.length >= batchLines) flush();
    else timer ??= setTimeout(flush, batchMs);
  };
  /** A line for one file: the first to be left out when there are too many. */
  const fileLine = (message: string) => {
    if (stored < linesKept) push('info', message);
    else skipped += 1;
  };

  return {
    counts,
    /** The first file that failed, to put into words why a run is partial. */
    firstError: () => firstError,
    /** Start, end and phases: kept at every verbosity. */
    say: (message: string) => push('info', message),
    warn(message: string) {
      counts.warnings += 1;
      push('warning', message);
    },
    fail: (message: string) => push('error', message),
    item(item: MoverItem) {
      if (deps.verbosity === 'quiet') return;
      const wanted = item.action === 'deleted' || (item.kind === 'file' && item.action !== 'attributes');
      if (wanted && (item.action !== 'unchanged' || deps.verbosity === 'verbose'))
        fileLine(`${item.action === 'deleted' ? 'deleted ' : ''}${item.landing}/${displayPath(item.path)}`);
    },
    /** Names a path once; again only when a warning turned out to be an error. */
    problem(problem: MoverProblem): void {
      const key = `${problem.landing}/${problem.path}`;
      const path = displayPath(problem.path);
      const name = path === '' ? problem.landing : `${problem.landing}/${path}`;
      const level = deps.acknowledged.has(name) ? 'warning' : problem.level;
      const before = named.get(key);
      if (before === 'error' || before === level) return;
      if (before !== undefined || named.size < remembered) named.set(key, level);
      counts[level === 'error' ? 'errors' : 'warnings'] += 1;
      if (level === 'error') firstError ??= { name, message: problem.message };
      push(level, `${name}: ${problem.message}`);
      if (kept < errorsKept) {
        kept += 1;
        problems.push({
          runId: deps.run.id,
          landing: problem.landing,
          path: pathBytes(problem.path),
          level,
          message: problem.message,
        });
      }
    },
    named: (landing: string, path: string): boolean => named.has(`${landing}/${path}`),
    /** Writes what is left. Nothing may be recorded afterwards. */
    close() {
      if (skipped > 0) push('info', `${skipped} more lines were not kept`);
      flush();
      deps.logs.done(deps.run.uuid);
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
