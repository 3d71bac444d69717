import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  /** PEM. */
  cert: string;
  key: string;
  /** SHA-256, hex with colons, as openssl prints it. */
  fingerprint: string;
}

/** A certificate nobody vouches for, for these names and addresses. */
export function makeCertificate(names: readonly string[] = ['localhost', '127.0.0.1']): TestCertificate {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-certificate-'));
  try {
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const altNames = names.map((name) => (isIP(name) === 0 ? `DNS:${name}` : `IP:${name}`)).join(',');
    const made = spawnSync(
      'openssl',
      [
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30'.split(' '),
        ['-keyout', key, '-out', cert, '-subj', `/CN=${names[0] ?? 'localhost'}`],
        ['-addext', `subjectAltName=${altNames}`],
      ].flat(),
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr ?? made.error}`);
    const pem = readFileSync(cert, 'utf8');
    return { cert: pem, key: readFileSync(key, 'utf8'), fingerprint: new X509Certificate(pem).fingerprint256 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
