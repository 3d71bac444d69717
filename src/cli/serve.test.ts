import { expect, test } from 'bun:test';
import { version } from '../config/version.ts';
import { readyLines } from './serve.ts';

const interfaces = {
  lo: [{ family: 'IPv4', address: '127.0.0.1', internal: true }],
  eth0: [
    { family: 'IPv6', address: 'fe80::1', internal: false },
    { family: 'IPv4', address: '192.168.1.20', internal: false },
  ],
} as unknown as Parameters<typeof readyLines>[2];

test('the ready lines hold addresses that can be typed into a browser', () => {
  const first = (where: string) => `Dynamight ${version} on http://${where}`;
  expect(readyLines('::', 3862, interfaces)).toEqual([
    first('localhost:3862'),
    'In your network: http://192.168.1.20:3862',
  ]);
  expect(readyLines('0.0.0.0', 80, interfaces)).toHaveLength(2);
  expect(readyLines('127.0.0.1', 3862, interfaces)).toEqual([first('127.0.0.1:3862')]);
  expect(readyLines('fd00::7', 3862, interfaces)).toEqual([first('[fd00::7]:3862')]);
});
