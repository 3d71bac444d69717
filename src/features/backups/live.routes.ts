import { Elysia, t } from 'elysia';
import { type Caller, withCaller } from '../../http/caller.ts';
import { bounded, id } from '../../http/fields.ts';
import { upgrade } from '../../http/upgrade.ts';
import type { Connection, Listener } from '../../realtime/connection.ts';
import type { Connections } from '../../realtime/connections.ts';
import type { Hub } from '../../realtime/hub.ts';
import type { LiveLogs } from './live-logs.ts';
import type { LiveStatus } from './live-status.ts';

interface Live {
  logs: LiveLogs;
  status: LiveStatus;
}

const token = t.Optional(t.String({ description: 'From GET /api/auth/token; a browser signed in here needs none' }));
const query = t.Object({ token });
const logsQuery = t.Object({
  token,
  after: bounded(0, 0, 1e12, 'Lines that are known already, counted from the first, and are not told again'),
  batched: t.Optional(
    t.BooleanString({ description: 'true: lines come as arrays of such messages, for who reads very many' }),
  ),
});
const about = (summary: string, description: string) => ({
  summary,
  description: `A WebSocket that sends JSON text. ${description}`,
  responses: { 101: { description: 'The socket is open' } },
});

const logsText =
  'First the lines so far (`after` leaves out that many), in order, then each new one as `{"type":"log","run_id","timestamp","level","message"}`; at ' +
  'the end of the run one `{"type":"status","run_id","status","files_transferred","bytes_transferred"}` and close 1000. ' +
  'A run that is removed meanwhile closes with 4404.';
const statusText =
  '`{"type":"job_started","job_id","run_id","job_name"}`, `{"type":"job_progress","job_id","run_id",' +
  '"files_transferred","bytes_transferred"}` at most four times a second and run, `{"type":"job_completed","job_id",' +
  '"run_id","job_name","status"}`. Runs that are active already are told first. A slow reader misses progress; one ' +
  'that is a thousand starts and ends behind is closed with 1013.';
const eventsText =
  'Send `{"subscribe":["jobs","runs"]}` or `{"unsubscribe":["runs"]}`. Each topic answers `{"topic","seq","snapshot"}`, ' +
  'then `{"topic","seq","change"}` with `seq` one larger each time; a slow reader gets a new snapshot instead of what ' +
  'it missed. After a gap subscribe again. `jobs`: the list of GET /api/jobs, then `{"job"}` or `{"removed": id}`. ' +
  '`runs`: active runs and the last run of each job, then `{"run"}` or `{"removed": [ids]}`.';

/** What is told as it happens; `/ws/…` is a second name of `/api/ws/…`. */
export function liveRoutes(connections: Connections, hub: Hub, live: Live) {
  const enter = (request: Request, { identity }: Caller, serve: (connection: Connection) => Listener) =>
    upgrade(request, () => connections.accept(identity?.kind === 'user' ? identity.sessionId : null, serve));

  const doors = (prefix: string, hide: boolean) =>
    new Elysia({ prefix, tags: ['Live'] })
      .use(withCaller)
      .get(
        '/logs/:run_id',
        ({ request, caller, params, query }) => enter(request, caller, live.logs(params.run_id, query)),
        {
          params: t.Object({ run_id: id }),
          query: logsQuery,
          detail: { hide, ...about("Follow a run's log", logsText) },
        },
      )
      .get('/status', ({ request, caller }) => enter(request, caller, live.status), {
        query,
        detail: { hide, ...about('Follow all runs', statusText) },
      })
      .get('/events', ({ request, caller }) => enter(request, caller, hub.serve), {
        query,
        detail: { hide, ...about('Follow topics', eventsText) },
      });
  return new Elysia({ name: 'live' }).use(doors('/api/ws', false)).use(doors('/ws', true));
}
