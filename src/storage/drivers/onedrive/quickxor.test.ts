import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../../test/harness/temp.ts';
import { slowQuickXor } from '../../../../test/servers/onedrive-quickxor.ts';
import { createQuickXor, resumeQuickXor } from './quickxor.ts';

const noise = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};
const fast = (bytes: Uint8Array): string => {
  const hash = createQuickXor();
  hash.update(bytes);
  return hash.digest();
};
const slow = (bytes: Uint8Array): string => {
  const hash = slowQuickXor();
  hash.update(bytes);
  return Buffer.from(hash.base64(), 'base64').toString('hex');
};

describe('QuickXorHash', () => {
  test('of nothing is nothing, and of one byte is the byte and the length', () => {
    expect(fast(new Uint8Array())).toBe('00'.repeat(20));
    expect(fast(new Uint8Array([0x4a]))).toBe(`4a${'00'.repeat(11)}01${'00'.repeat(7)}`);
  });

  test('goes 11 bits further with every byte, and comes round after 160', () => {
    const first = new Uint8Array(161);
    first[1] = 1; // bit 11
    first[160] = 0x80; // where the first byte was
    expect(fast(first)).toBe(`8008${'00'.repeat(10)}a1${'00'.repeat(7)}`);
    const across = new Uint8Array(15);
    across[14] = 0xff; // bits 154 to 161: over the end of the ring
    expect(fast(across)).toBe(`03${'00'.repeat(11)}0f${'00'.repeat(6)}fc`);
  });

  test('is what rclone computes', () => {
    const dir = tempDir('quickxor');
    const files = [1, 2, 19, 20, 21, 159, 160, 161, 333, 4096, 1_000_003].map((size) => ({ size, bytes: noise(size) }));
    for (const { size, bytes } of files) writeFileSync(join(dir, `${size}`), bytes);
    const told = spawnSync('rclone', ['hashsum', 'quickxor', dir], { encoding: 'utf8' });
    const sums = new Map(told.stdout.split('\n').map((line) => line.trim().split(/\s+/).reverse() as [string, string]));
    for (const { size, bytes } of files) expect(fast(bytes)).toBe(sums.get(`${size}`) as string);
  });

  test('does not depend on how the content is cut, nor where it lies in memory', () => {
    const bytes = noise(100_003);
    const wanted = slow(bytes);
    expect(fast(bytes)).toBe(wanted);
    for (const step of [1, 3, 7, 64, 160, 161, 4096, 65_537]) {
      const hash = createQuickXor();
      for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
      expect(hash.digest()).toBe(wanted);
      expect(hash.length).toBe(bytes.length);
    }
  });

  test('goes on in another process, and takes nothing for its state that is none', () => {
    const bytes = noise(10_001);
    const first = createQuickXor();
    first.update(bytes.subarray(0, 5_003));
    const second = resumeQuickXor(JSON.parse(JSON.stringify(first.state())));
    second?.update(bytes.subarray(5_003));
    expect(second?.digest()).toBe(slow(bytes));
    for (const nonsense of [null, 7, 'x', {}, { length: -1, places: '' }, { length: 1, places: 'AAAA' }])
      expect(resumeQuickXor(nonsense)).toBeNull();
  });
});
