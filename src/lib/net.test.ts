import { describe, expect, test } from 'bun:test';
import { addressKey, isAddress, isLoopback, isPrivate, plainAddress } from './net.ts';

describe('an address is compared in one spelling', () => {
  test.each([
    ['192.168.1.5', '192.168.1.5'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::FFFF:192.168.1.5', '192.168.1.5'],
    ['::ffff:c0a8:105', '192.168.1.5'],
    ['0:0:0:0:0:ffff:192.168.1.5', '192.168.1.5'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[FE80::1%25eth0]', 'fe80::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::ffff:1.2.3', '::ffff:1.2.3'],
    ['nas.local', 'nas.local'],
    ['', ''],
  ])('%s is %s', (given, plain) => {
    expect(plainAddress(given)).toBe(plain);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['128.0.0.1', false],
  ['1127.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['::', false],
  ['0.0.0.0', false],
  ['::2', false],
  ['localhost', false],
  ['', false],
])('%s is this machine: %p', (address, own) => {
  expect(isLoopback(address)).toBe(own);
});

test.each([
  ['10.0.0.1', true],
  ['10.255.255.255', true],
  ['11.0.0.1', false],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['192.169.0.1', false],
  ['100.63.0.1', false],
  ['100.64.0.1', true],
  ['100.127.255.255', true],
  ['100.128.0.1', false],
  ['169.254.169.254', true],
  ['8.8.8.8', false],
  ['::ffff:10.1.2.3', true],
  ['::ffff:8.8.8.8', false],
  ['::ffff:808:808', false],
  ['::1', true],
  ['fc00::1', true],
  ['fdff::1', true],
  ['fe00::1', false],
  ['fe80::1', true],
  ['febf::1', true],
  ['fec0::1', false],
  ['2001:db8::1', false],
  ['fc.example.org', false],
  ['', false],
])('%s stays in the local network: %p', (address, inside) => {
  expect(isPrivate(address)).toBe(inside);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('attempts from %s are counted under %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test.each(['127.0.0.1', '[::1]', '::1', 'fe80::1%eth0', '::ffff:1.2.3.4'])('%s is an address', (text) => {
  expect(isAddress(text)).toBe(true);
});
test.each(['', 'localhost', '1.2.3', '2130706433', '0x7f.1', '127.1', '1.2.3.4.5', '[::g]', '1.2.3.4:80'])(
  '%p is none',
  (text) => {
    expect(isAddress(text)).toBe(false);
  },
);
