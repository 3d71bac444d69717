import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeClock } from '../../../test/harness/clock.ts';
import { liveBox } from '../../../test/harness/live-box.ts';
import { eventually } from '../../../test/harness/processes.ts';
import { testWire } from '../../../test/harness/test-wire.ts';
import { wireConnection } from '../../realtime/connection.ts';
import { createLiveStatus } from './live-status.ts';

const box = liveBox();
const name = 'Backup';

describe('the status socket', () => {
  test('tells start, progress and end of every run', async () => {
    const socket = await box.open('/api/ws/status');
    const [first, second] = [await box.job(), await box.job({ subdir: 'two' })];
    const [one, two] = [box.begin(first), box.begin(second)];
    one.move({ files: 1, bytes: 10 });
    two.end('failed');
    one.end('completed');
    await socket.hears(({ run_id, type }) => run_id === one.id && type === 'job_completed');
    const of = (id: number) => socket.messages.filter((message) => message.run_id === id);
    const known = (run: { id: number }, jobId: number) => ({ job_id: jobId, run_id: run.id });
    expect(of(one.id)).toEqual([
      { type: 'job_started', ...known(one, first), job_name: name },
      { type: 'job_progress', ...known(one, first), files_transferred: 1, bytes_transferred: 10 },
      { type: 'job_completed', ...known(one, first), job_name: name, status: 'completed' },
    ]);
    expect(of(two.id)).toEqual([
      { type: 'job_started', ...known(two, second), job_name: name },
      { type: 'job_completed', ...known(two, second), job_name: name, status: 'failed' },
    ]);
    socket.close();
  });

  test('tells who comes late what is going on', async () => {
    const jobId = await box.job({ subdir: 'late' });
    const run = box.begin(jobId);
    run.move({ files: 5, bytes: 50 });
    const socket = await box.open('/api/ws/status');
    await socket.hears(({ type }) => type === 'job_progress');
    expect(socket.messages).toEqual([
      { type: 'job_started', job_id: jobId, run_id: run.id, job_name: name },
      { type: 'job_progress', job_id: jobId, run_id: run.id, files_transferred: 5, bytes_transferred: 50 },
    ]);
    run.end();
    socket.close();
  });

  test('tells of a real run from its start to its end, with nothing in the wrong order', async () => {
    const jobId = await box.job({ subdir: 'real', options: { bandwidth_limit_kbps: 1000 } });
    writeFileSync(join(box.src, 'big'), 'x'.repeat(1_500_000));
    const socket = await box.open('/ws/status');
    const id = await box.start(jobId);
    // Whoever asks meanwhile is told the file it is at, and nobody afterwards.
    const view = async () => (await box.app.call('GET', `/api/runs/${id}`, { owner: true })).json;
    await eventually('the file is told', async () => (await view()).progress?.current === 'src/big');
    await socket.hears(({ type }) => type === 'job_completed');
    expect((await view()).progress).toBeNull();
    const types = socket.messages.map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(['job_started', 'job_completed']);
    expect(new Set(types.slice(1, -1))).toEqual(new Set(['job_progress']));
    expect(socket.messages.at(-1)).toEqual({
      type: 'job_completed',
      job_id: jobId,
      run_id: id,
      job_name: name,
      status: 'completed',
    });
    socket.close();
  });

  test('tells a run that ends as it begins in the right order', async () => {
    const made = await box.app.call('POST', '/api/jobs', {
      owner: true,
      body: {
        name,
        source_dirs: [box.src],
        destination_type: 'local',
        destination_config: { mount_point: `${box.src}-not-there`, backup_subdir: '' },
      },
    });
    expect([made.status, made.text]).toEqual([200, expect.any(String)]);
    const socket = await box.open('/api/ws/status');
    await box.run(made.json.id);
    await socket.hears(({ type }) => type === 'job_completed');
    const told = socket.messages.map(({ type }) => type);
    expect([told[0], told.at(-1)]).toEqual(['job_started', 'job_completed']);
    expect(told.filter((type) => type !== 'job_progress')).toHaveLength(2);
    socket.close();
  });

  test('spares a slow reader progress, never a start or an end; one far behind is sent away', async () => {
    const { records, events } = box.app.app.backups;
    const wire = testWire();
    const wiring = {
      clock: fakeClock(),
      onError(error: unknown) {
        throw error;
      },
    };
    const reader = wireConnection(wire, wiring, createLiveStatus({ records, events }));
    wire.onClose = () => reader.closed();
    const told = () => wire.sent.splice(0).map((text) => JSON.parse(text));
    const jobId = await box.job({ subdir: 'slow' });
    const run = box.begin(jobId);
    told();
    wire.waiting = 70_000;
    for (let n = 1; n <= 20; n++) run.move({ files: n, bytes: n });
    const other = box.begin(await box.job({ subdir: 'other' }));
    other.move({ files: 1, bytes: 1 });
    other.end();
    expect(told()).toEqual([]);
    wire.waiting = 0;
    reader.drain();
    expect(told().map(({ type, run_id, files_transferred }) => [type, run_id, files_transferred])).toEqual([
      ['job_started', other.id, undefined],
      ['job_completed', other.id, undefined],
      ['job_progress', run.id, 20],
    ]);

    wire.waiting = 70_000;
    for (let n = 0; n < 501; n++) {
      expect(wire.ended).toBeNull();
      events.emit('run.started', { runId: run.id, jobId });
      events.emit('run.started', { runId: run.id, jobId });
    }
    expect([wire.ended, wire.sent.length]).toEqual([1013, 0]);
    run.end();
  });
});
