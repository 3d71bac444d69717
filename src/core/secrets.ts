import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts small secrets at rest (credentials, TOTP secrets). AES-256-GCM, key derived by HKDF-SHA-256 from the
 * data folder's `secret.key`; the key id and the row a value belongs to are associated data, so a value moved to
 * another row or read with another key does not open.
 *
 * Sealed form: `v1.<key id>.<base64url nonce || tag || ciphertext>`.
 */
export interface SecretBox {
  readonly keyId: string;
  /** `owner` names the row and column, e.g. `credentials/6b1f…/data`. */
  seal(plain: string, owner: string): string;
  /** Throws when the value was changed, belongs to another owner, or was sealed with another key. */
  open(sealed: string, owner: string): string;
}

const nonceBytes = 12;
/** Given to the cipher too: by itself it would accept a tag cut down to four bytes, which can be guessed. */
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

export function createSecretBox(masterKey: Uint8Array): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'dynamight secrets v1', 32));
  const keyId = createHash('sha256').update('dynamight key id').update(key).digest('hex').slice(0, 8);
  const aad = (owner: string) => Buffer.from(`${keyId}\0${owner}`);
  return {
    keyId,
    seal(plain, owner) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(aad(owner));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, owner) {
      const { id, raw } = parse(sealed);
      if (id !== keyId) throw new Error(`Sealed with key ${id}, this box has ${keyId}`);
      const nonce = raw.subarray(0, nonceBytes);
      const tag = raw.subarray(nonceBytes, nonceBytes + tagBytes);
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(aad(owner)).setAuthTag(tag);
      return decipher.update(raw.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}

function parse(sealed: string): { id: string; raw: Buffer } {
  const [, id = '', body = ''] = /^v1\.([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? [];
  const raw = Buffer.from(body, 'base64url');
  if (id === '' || raw.length < nonceBytes + tagBytes || raw.toString('base64url') !== body)
    throw new Error('Not a sealed value');
  return { id, raw };
}

/**
 * One value sealed anew when the key is rotated: a room maps it over its sealed columns in one transaction. A value
 * that is already sealed with the new key comes back as it is, so an interrupted rotation can simply be run again.
 */
export function reseal(sealed: string, owner: string, from: SecretBox, to: SecretBox): string {
  if (parse(sealed).id === to.keyId) {
    to.open(sealed, owner);
    return sealed;
  }
  return to.seal(from.open(sealed, owner), owner);
}
