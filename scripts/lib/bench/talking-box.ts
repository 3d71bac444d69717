// A box somebody lived in, with a run that says so many log lines a second for as long as it is told to: prints one line
// of JSON with address, cookie and the numbers of job and run; "talk" and "hush" on standard input.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBox } from '../../../test/harness/listening.ts';
import { givePast, type Past } from '../../../test/harness/past.ts';

const linesPerSecond = Number(process.argv[2] ?? '5000');
const everyMs = 50;
const names = ['Photos', 'Letters and taxes', 'Films', 'Music', 'Old laptop', 'Web pages', 'Mail', 'Recordings'];

const box = await openBox();
let cookie = '';
// oxlint-disable-next-line typescript/no-explicit-any -- the answers of many routes
async function call(method: string, path: string, body: unknown): Promise<any> {
  const answer = await fetch(box.url + path, {
    method,
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  cookie = /token=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? cookie;
  return answer.json();
}
await call('POST', '/api/auth/setup', { username: 'measure', password: crypto.randomUUID() });

const pasts: Past[] = [];
for (const [at, name] of names.entries()) {
  const [source, target] = [join(box.files, name), join(box.files, 'usb', name)];
  for (const folder of [source, target]) mkdirSync(folder, { recursive: true });
  const { id } = await call('POST', '/api/jobs', {
    name,
    source_dirs: [source],
    destination_type: 'local',
    destination_config: { mount_point: target, backup_subdir: '' },
    sync_options: {},
  });
  const past = { jobId: id as number, jobName: name, runs: 40, everyHours: 24, hoursAgo: 3 + at };
  pasts.push({ ...past, files: 300, bytes: 2e9, seconds: 200, failed: 8, warned: 8 });
}
givePast(box, pasts);

const [first] = pasts;
if (!first) throw new Error('There is no job');
const run = box.begin(first.jobId, {
  jobName: first.jobName,
  phase: 'transferring',
  filesTotal: 4e6,
  bytesTotal: 4e12,
});
run.say('Comparing files');
let said = 0;
let ticks = 0;
let talking: ReturnType<typeof setInterval> | undefined;

function talk(): void {
  if (talking) return;
  const [started, before] = [performance.now(), said];
  talking = setInterval(() => {
    const due = before + Math.floor(((performance.now() - started) / 1000) * linesPerSecond) - said;
    run.say(...Array.from({ length: due }, (_, n) => `photos/2021/08/IMG_${said + n}.jpg`));
    said += due;
    if ((ticks += 1) % 5 === 0) run.move({ files: said, bytes: said * 1e6 });
  }, everyMs);
}
function hush(): void {
  clearInterval(talking);
  talking = undefined;
}

console.log(JSON.stringify({ url: box.url, cookie, run: run.id, job: first.jobId }));
for await (const line of console) {
  if (line === 'talk') talk();
  else if (line === 'hush') {
    hush();
    console.log(JSON.stringify({ said }));
  } else if (line === 'end') break;
}
hush();
await box.close();
process.exit(0);
