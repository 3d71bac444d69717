import { describe, expect, test } from 'bun:test';
import { liveBox } from '../harness/live-box.ts';
import { expectPrinted, printed } from '../harness/printed.ts';

describe('WebSocket messages, as printed', () => {
  const box = liveBox();

  test('live job logs, live and of a run that ended', async () => {
    const run = box.begin(await box.job({ name: 'Daily Backup' }));
    const live = await box.open(`/ws/logs/${run.id}?token=${await socketToken()}`, {});
    run.say('Starting sync...');
    await live.hears(({ type }) => type === 'log');
    run.end('completed', { files: 150, bytes: 52_428_800 });
    await live.closed;
    const late = await box.open(`/api/ws/logs/${run.id}`);
    await late.closed;
    for (const { messages } of [live, late]) {
      expectPrinted(messages[0], printed('websocket.log'));
      expectPrinted(messages[1], printed('websocket.log-status'));
      expect(messages[1]).toEqual({ ...printed('websocket.log-status'), run_id: run.id });
      expect(messages).toHaveLength(2);
    }
  });

  test('global status updates', async () => {
    const socket = await box.open(`/ws/status?token=${await socketToken()}`, {});
    const run = box.begin(await box.job({ name: 'Daily Backup' }));
    run.move({ files: 50, bytes: 10_485_760 });
    run.end();
    await socket.hears(({ type }) => type === 'job_completed');
    for (const [at, name] of ['job-started', 'job-progress', 'job-completed'].entries())
      expectPrinted(socket.messages[at], printed(`websocket.${name}`));
    expect(socket.messages).toHaveLength(3);
    socket.close();
  });

  const socketToken = async (): Promise<string> =>
    (await box.app.call('GET', '/api/auth/token', { token: await box.app.signIn() })).json.token;
});
