import { describe, expect, test } from 'bun:test';
import { deviceOf } from './device.ts';

const agents: [name: string, agent: string | null, browser: string | null, system: string | null, mobile: boolean][] = [
  [
    'Firefox on Linux',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Firefox',
    'Linux',
    false,
  ],
  [
    'Edge, which says Chrome and Safari too',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    'Edge',
    'Windows',
    false,
  ],
  [
    'Chrome on a phone, which says Linux too',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
    true,
  ],
  [
    'Safari on an iPhone, which says Mac OS X too',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari',
    'iPhone',
    true,
  ],
  ['curl', 'curl/8.14.1', 'curl', null, false],
  ['something unknown', 'my-script', null, null, false],
  ['nothing', null, null, null, false],
];

describe('a session is called after the browser it is in', () => {
  for (const [name, agent, browser, system, mobile] of agents)
    test(name, () => expect(deviceOf(agent)).toEqual({ browser, system, mobile }));
});
