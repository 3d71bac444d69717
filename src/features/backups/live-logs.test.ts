import { describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveBox } from '../../../test/harness/live-box.ts';
import { scale } from '../../../test/harness/scale.ts';
import { knock, openRawSocket } from '../../../test/harness/sockets.ts';

const box = liveBox();
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `line ${from + n}`);
const spoken = (messages: { type: string; message?: string }[]) =>
  messages.filter((one) => one.type === 'log').map((one) => one.message);

describe("a run's log socket", () => {
  test('opened before the run says anything, gets every line, one status, and is closed with 1000', async () => {
    const run = box.begin(await box.job());
    const socket = await box.open(`/api/ws/logs/${run.id}`);
    run.say('one', 'two');
    await socket.hears(({ message }) => message === 'two');
    run.say('three');
    await socket.hears(({ message }) => message === 'three');
    run.say('four');
    run.end('completed', { files: 3, bytes: 7 });
    expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(spoken(socket.messages)).toEqual(['one', 'two', 'three', 'four']);
    expect(socket.messages.slice(4)).toEqual([
      { type: 'status', run_id: run.id, status: 'completed', files_transferred: 3, bytes_transferred: 7 },
    ]);
  });

  test('opened in the middle, gets what was said and what follows, without gap or repeat', async () => {
    const run = box.begin(await box.job());
    run.say(...lines(0, 1100));
    const socket = await box.open(`/ws/logs/${run.id}`);
    for (let at = 1100; at < 2000; at += 100) {
      run.say(...lines(at, at + 100));
      await Bun.sleep(1);
    }
    run.end('failed');
    expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(spoken(socket.messages)).toEqual(lines(0, 2000));
    expect(socket.messages.at(-1)).toMatchObject({ type: 'status', status: 'failed' });
    expect(socket.messages).toHaveLength(2001);
  });

  test('leaves out the lines its reader knows, and no other, however many of them are there', async () => {
    const run = box.begin(await box.job());
    run.say(...lines(0, 600));
    const sockets = await Promise.all(
      [1, 250, 599, 600].map((known) => box.open(`/api/ws/logs/${run.id}?after=${known}`)),
    );
    run.say(...lines(600, 700));
    run.end();
    for (const socket of sockets) expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(sockets.map((socket) => spoken(socket.messages))).toEqual([
      lines(1, 700),
      lines(250, 700),
      lines(599, 700),
      lines(600, 700),
    ]);
    const cookie = await box.cookie();
    for (const after of ['-1', 'x', '1.5', ''])
      expect((await knock(`${box.url}/api/ws/logs/${run.id}?after=${after}`, { cookie })).status).toBe(400);
  });

  test('gives many lines as one message to who asks for it, and how the run ended as always', async () => {
    const run = box.begin(await box.job());
    run.say(...lines(0, 600));
    const socket = await box.open(`/api/ws/logs/${run.id}?batched=true&after=10`);
    run.say(...lines(600, 700));
    run.end();
    expect(await socket.closed).toMatchObject({ code: 1000 });
    const told = socket.texts.map((text) => JSON.parse(text));
    expect(told.length).toBeLessThan(20);
    expect(spoken(told.flat())).toEqual(lines(10, 700));
    expect(told.at(-1)).toMatchObject({ type: 'status', status: 'completed' });
    expect((await knock(`${box.url}/api/ws/logs/${run.id}?batched=2`, { cookie: await box.cookie() })).status).toBe(
      400,
    );
  });

  test('of a run that ended long ago gives everything at once, as the API tells it', async () => {
    const job = await box.job();
    writeFileSync(join(box.src, 'a'), 'one');
    const run = await box.run(job);
    const socket = await box.open(`/api/ws/logs/${run.id}`);
    expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(spoken(socket.messages)).toEqual(await box.logs(run.id));
    const { id, status, files_transferred, bytes_transferred } = run;
    expect(socket.messages.at(-1)).toEqual({
      type: 'status',
      run_id: id,
      status,
      files_transferred,
      bytes_transferred,
    });
  });

  test('of a real run, opened as it starts, tells the same as its log', async () => {
    const job = await box.job();
    for (let n = 0; n < 300; n++) writeFileSync(join(box.src, `file ${n}`), `${n}`);
    const id = await box.start(job);
    const sockets = [await box.open(`/api/ws/logs/${id}`), box.openAsOwner(`/api/ws/logs/${id}`)];
    for (const socket of sockets) expect(await socket.closed).toMatchObject({ code: 1000 });
    const log = await box.logs(id);
    expect(log.length).toBeGreaterThan(300);
    for (const socket of sockets) expect(spoken(socket.messages)).toEqual(log);
  });

  test('of a run nobody knows is 404, of a number that is none 400', async () => {
    const cookie = await box.cookie();
    const unknown = await knock(`${box.url}/api/ws/logs/999999`, { cookie });
    expect([unknown.status, JSON.parse(unknown.text)]).toEqual([404, { error: 'Not found', message: 'Run not found' }]);
    expect((await knock(`${box.url}/ws/logs/nonsense`, { cookie })).status).toBe(400);
  });

  test('of a run without a line that ended says only how', async () => {
    const run = box.begin(await box.job());
    run.end('cancelled');
    const socket = await box.open(`/api/ws/logs/${run.id}`);
    await socket.closed;
    expect(socket.messages).toEqual([
      { type: 'status', run_id: run.id, status: 'cancelled', files_transferred: 0, bytes_transferred: 0 },
    ]);
  });

  test('closes with 4404 when the run is removed while it is read', async () => {
    const run = box.begin(await box.job());
    run.say(...lines(0, 20_000).map((line) => line.padEnd(2000)));
    run.end();
    const reader = await openRawSocket(`${box.url}/api/ws/logs/${run.id}`, { cookie: await box.cookie() });
    await Bun.sleep(200);
    expect((await box.app.call('DELETE', `/api/runs/${run.id}`, { owner: true })).status).toBe(200);
    reader.socket.resume();
    await reader.closed;
    expect(reader.closeCode()).toBe(4404);
    expect(reader.messages().length).toBeLessThan(20_000);
  });
});

describe('many readers', () => {
  test(`${scale.logSockets} at once all get the same, early or late`, async () => {
    const run = box.begin(await box.job());
    const half = scale.logSockets / 2;
    const early = await Promise.all(Array.from({ length: half }, () => box.open(`/api/ws/logs/${run.id}`)));
    run.say(...lines(0, 1000));
    const late = await Promise.all(Array.from({ length: half }, () => box.open(`/api/ws/logs/${run.id}`)));
    for (let at = 1000; at < 4000; at += 500) {
      run.say(...lines(at, at + 500));
      await Bun.sleep(1);
    }
    run.end('completed', { files: 4000, bytes: 1 });
    const sockets = [...early, ...late];
    const ends = await Promise.all(sockets.map((socket) => socket.closed));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1000]));
    const told = sockets.map(({ texts }) => texts.join('\n'));
    expect(new Set(told).size).toBe(1);
    expect(spoken(sockets[0]?.messages ?? [])).toEqual(lines(0, 4000));
  });
});
