import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { adminLogin, startTestApp } from '../../../test/harness/app.ts';
import { challengeFor, login, recover, turnOnTwoFactor } from '../../../test/harness/login.ts';

describe('a stolen data folder', () => {
  const app = startTestApp();

  test('holds no password, code, secret or token in clear, in no file of it', async () => {
    const session = await app.signIn();
    const pending = (await app.call('POST', '/api/auth/totp/setup', { token: session })).json.secret as string;
    const { secret, recoveryCodes } = await turnOnTwoFactor(app, session);
    const socket = (await app.call('GET', '/api/auth/token', { token: session })).json.token as string;
    const challenge = await challengeFor(app);
    await recover(app, await challengeFor(app), recoveryCodes[0] ?? '');
    await login(app, { username: 'my password in the wrong field', password: 'a password that failed' });
    app.data.snapshot('test');

    const secrets = [
      adminLogin.password,
      'my password in the wrong field',
      'a password that failed',
      pending,
      secret,
      ...recoveryCodes.flatMap((code) => [code, code.replaceAll('-', '')]),
      ...[session, socket, challenge].flatMap((token) => [token, token.split('.')[2] ?? '']),
    ];
    const files = readdirSync(app.dir, { recursive: true, encoding: 'utf8' })
      .map((name) => join(app.dir, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const content = readFileSync(file);
      for (const text of secrets) expect(content.includes(text) ? `${file} holds ${text}` : '').toBe('');
    }
    const db = readFileSync(join(app.dir, 'dynamight.db-wal'));
    expect(db.includes('admin')).toBeTrue(); // the files looked at are the ones written to
  });
});
