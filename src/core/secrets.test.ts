import { describe, expect, test } from 'bun:test';
import { createSecretBox, reseal } from './secrets.ts';

const key = (fill: number) => new Uint8Array(32).fill(fill);
const box = createSecretBox(key(1));
const owner = 'credentials/6b1f/data';

describe('a sealed secret', () => {
  test.each(['', 'x', 'pässword 😀\n', 'a'.repeat(100_000)])('opens to what was put in', (plain) => {
    const sealed = box.seal(plain, owner);
    expect(box.open(sealed, owner)).toBe(plain);
    if (plain.length > 1) expect(sealed).not.toContain(plain);
  });

  test('looks different each time and names its key', () => {
    const [first, second] = [box.seal('same', owner), box.seal('same', owner)];
    expect(first).not.toBe(second);
    expect(first).toStartWith(`v1.${box.keyId}.`);
  });

  test('does not open when a single character was changed, added or cut', () => {
    const sealed = box.seal('secret', owner);
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(() => box.open(sealed.slice(0, at) + other + sealed.slice(at + 1), owner)).toThrow();
      expect(() => box.open(sealed.slice(0, at), owner)).toThrow();
    }
    for (const tail of ['A', '=', '\n', '.A']) expect(() => box.open(sealed + tail, owner)).toThrow();
  });

  test('does not open with a tag cut short', () => {
    const raw = Buffer.from(box.seal('', owner).split('.')[2] ?? '', 'base64url');
    for (const tagBytes of [4, 8, 12, 15]) {
      const short = raw.subarray(0, 12 + tagBytes).toString('base64url');
      expect(() => box.open(`v1.${box.keyId}.${short}`, owner)).toThrow();
    }
  });

  test('does not open in another row or column', () => {
    const sealed = box.seal('secret', owner);
    for (const other of ['credentials/6b20/data', 'credentials/6b1f/name', 'users/6b1f/totp_secret', ''])
      expect(() => box.open(sealed, other)).toThrow();
  });

  test('does not open with another key, and says so without telling either', () => {
    const other = createSecretBox(key(2));
    expect(other.keyId).not.toBe(box.keyId);
    expect(() => other.open(box.seal('secret', owner), owner)).toThrow(`Sealed with key ${box.keyId}`);
    // also when somebody writes the other key's name on it
    const renamed = box.seal('secret', owner).replace(box.keyId, other.keyId);
    expect(() => other.open(renamed, owner)).toThrow();
  });

  test('moves to a new key, and an interrupted move can be done again', () => {
    const next = createSecretBox(key(2));
    const moved = reseal(box.seal('secret', owner), owner, box, next);
    expect(next.open(moved, owner)).toBe('secret');
    expect(() => box.open(moved, owner)).toThrow();
    expect(reseal(moved, owner, box, next)).toBe(moved);
    expect(() => reseal(moved, 'credentials/other/data', box, next)).toThrow();
    expect(() => reseal(createSecretBox(key(3)).seal('x', owner), owner, box, next)).toThrow();
  });
});
