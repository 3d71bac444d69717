import { expect, jest, test } from 'bun:test';
import { tempDir } from '../../test/harness/temp.ts';
import { assets } from '../config/assets.ts';
import { parseConfig } from '../config/config.ts';
import { silentLog } from '../core/log.ts';
import { createSecretBox } from '../core/secrets.ts';
import { openDataFolder } from '../db/data-folder.ts';
import { credentials } from '../features/credentials/table.ts';
import { startService } from './service.ts';

test('a server looks after the sign-ins every hour, and not before it has run for a minute', async () => {
  let visits = 0;
  using service = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        visits += 1;
        socket.end();
      },
      data() {},
    },
  });
  const dir = tempDir('service');
  const env = { DATA_DIR: dir, TZ: 'UTC', PORT: '0', GOOGLE_OAUTH_URL: `https://127.0.0.1:${service.port}` };
  const config = { ...parseConfig({}, env), host: '127.0.0.1', port: 0 };
  const folder = openDataFolder({
    dir,
    command: 'serve',
    migrations: assets().migrations,
    log: silentLog,
    now: Date.now,
  });
  if (!('main' in folder)) throw new Error(folder.problem);
  const uuid = crypto.randomUUID();
  const data = createSecretBox(folder.secretKey).seal(
    JSON.stringify({ refresh_token: 'x', client_id: 'y' }),
    `credentials/${uuid}/data`,
  );
  const row = { uuid, name: 'Drive', providerType: 'google_drive', data, createdAt: 0, updatedAt: 0 };
  folder.main.insert(credentials).values(row).run();

  jest.useFakeTimers();
  const server = await startService(folder, config, silentLog, {} as never);
  /** Real work of the event loop, while timers stand still. */
  const asks = () => fetch(`http://127.0.0.1:${server.port}/api/system/health`);
  const visited = async (least: number) => {
    for (let tries = 0; tries < 2_000 && visits < least; tries += 1) await asks();
    return visits;
  };
  try {
    jest.advanceTimersByTime(59_000);
    for (let tries = 0; tries < 20; tries += 1) await asks();
    expect(visits).toBe(0);
    jest.advanceTimersByTime(1_000);
    const first = await visited(1);
    expect(first).toBeGreaterThan(0);
    // The first round may still be going on when the hour is over; then it is the next hour.
    for (let hours = 0; hours < 20 && visits === first; hours += 1) {
      jest.advanceTimersByTime(3_600_000);
      for (let tries = 0; tries < 50 && visits === first; tries += 1) await asks();
    }
    expect(visits).toBeGreaterThan(first);
  } finally {
    jest.useRealTimers();
    await server.stop();
  }
});
