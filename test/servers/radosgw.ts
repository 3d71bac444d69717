import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { makeCertificate } from './certificate.ts';

export interface S3User {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A real S3 on the loopback: Ceph's gateway over one monitor and one disk, which is a sparse file. */
export interface Radosgw {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The same behind TLS, with a certificate nobody vouches for. */
  readonly tls: { endpoint: string; fingerprint: string };
  /** The region it signs for. */
  readonly region: string;
  /** Who owns the buckets. */
  readonly user: S3User;
  /** A fresh bucket, of `user` unless told. */
  makeBucket(name?: string, owner?: S3User): Promise<string>;
  /** One more person; owns nothing, and may do nothing to others' buckets. */
  makeUser(): Promise<S3User>;
  /** `radosgw-admin` with these arguments. */
  admin(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const startMs = 90_000;

async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    probes.map(
      (probe) =>
        new Promise<number>((resolve, reject) => {
          probe.once('error', reject);
          probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

/** Small and quick: one copy of everything, few placement groups, a monitor that does not wait before it decides. */
const settings = (dir: string, fsid: string, monPort: number, port: number, tlsPort: number): string => `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monPort}/0]
mon initial members = a
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${dir}/keyring
run dir = ${dir}
admin socket =
log file = ${dir}/$name.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
paxos propose interval = 0.05
paxos min wait = 0.01
ms bind ipv6 = false
[mon.a]
mon data = ${dir}/mon
mon cluster log file = ${dir}/cluster.log
[osd.0]
osd data = ${dir}/osd
osd objectstore = bluestore
bluestore block size = 21474836480
osd memory target = 939524096
[client.rgw]
rgw data = ${dir}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port} ssl_endpoint=127.0.0.1:${tlsPort} ssl_certificate=${dir}/cert.pem ssl_private_key=${dir}/key.pem
rgw multipart min part size = 1048576
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw bucket quota ttl = 0
rgw user quota bucket sync interval = 0
`;

export async function startRadosgw(): Promise<Radosgw> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'dynamight-radosgw-'));
  for (const name of ['mon', 'osd', 'rgw']) mkdirSync(join(dir, name));
  const [monPort = 0, port = 0, tlsPort = 0] = await freePorts(3);
  const conf = join(dir, 'ceph.conf');
  const fsid = crypto.randomUUID();
  writeFileSync(conf, settings(dir, fsid, monPort, port, tlsPort));
  const certificate = makeCertificate(['127.0.0.1']);
  writeFileSync(join(dir, 'cert.pem'), certificate.cert);
  writeFileSync(join(dir, 'key.pem'), certificate.key);
  const children: ChildProcess[] = [];
  let said = '';
  let ended: string | null = null;

  const call = async (program: string, ...args: string[]) =>
    (await run(program, ['-c', conf, ...args], { timeout: startMs, maxBuffer: 16 * 1024 * 1024 })).stdout;
  const tool = (program: string, ...args: string[]) => run(program, args, { cwd: dir, timeout: startMs });
  /** Dies with us, whatever happens to us. */
  function daemon(program: string, ...args: string[]): void {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, '-c', conf, ...args, '-f'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => {
        said = (said + bytes.toString()).slice(-20_000);
      });
    child.once('exit', (code) => {
      ended ??= `${program} ended with ${code}`;
    });
    children.push(child);
  }
  async function stop(): Promise<void> {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exited;
      }),
    );
    rmSync(dir, { recursive: true, force: true });
  }
  const answers = async () => (await fetch(endpoint).catch(() => null))?.ok === true;
  const endpoint = `http://127.0.0.1:${port}`;

  try {
    const keyring = (name: string, ...caps: string[]) =>
      tool('ceph-authtool', 'keyring', '--gen-key', '-n', name, ...caps.flatMap((cap) => ['--cap', ...cap.split('=')]));
    await tool('ceph-authtool', '--create-keyring', 'keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
    await keyring('client.admin', 'mon=allow *', 'osd=allow *');
    await keyring('client.rgw', 'mon=allow *', 'osd=allow *');
    await keyring('osd.0', 'mon=allow *', 'osd=allow *');
    await tool('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monPort}/0]`, 'monmap');
    await call('ceph-mon', '--mkfs', '-i', 'a', '--monmap', join(dir, 'monmap'), '--keyring', join(dir, 'keyring'));
    daemon('ceph-mon', '-i', 'a');
    const osd = crypto.randomUUID();
    await Promise.all([
      call('ceph', 'osd', 'new', osd),
      call('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd, '--no-mon-config'),
    ]);
    daemon('ceph-osd', '-i', '0');
    daemon('radosgw', '-n', 'client.rgw');
    const until = Date.now() + startMs;
    while (!(await answers())) {
      if (ended !== null || Date.now() > until)
        throw new Error(`radosgw did not start (${ended ?? 'too slow'}): ${said}`);
      await Bun.sleep(50);
    }

    const admin = (...args: string[]) => call('radosgw-admin', '-n', 'client.rgw', ...args);
    async function makeUser(): Promise<S3User> {
      const name = `user-${crypto.randomUUID().slice(0, 8)}`;
      const [accessKeyId, secretAccessKey] = [crypto.randomUUID(), crypto.randomUUID()];
      const keys = [`--access-key=${accessKeyId}`, `--secret=${secretAccessKey}`];
      await admin('user', 'create', `--uid=${name}`, `--display-name=${name}`, '--max-buckets=100000', ...keys);
      return { accessKeyId, secretAccessKey };
    }
    const user = await makeUser();
    return {
      port,
      endpoint,
      tls: { endpoint: `https://127.0.0.1:${tlsPort}`, fingerprint: certificate.fingerprint },
      region: 'us-east-1',
      user,
      async makeBucket(name = `bucket-${crypto.randomUUID()}`, owner = user) {
        const client = new S3Client({ endpoint, region: 'us-east-1', credentials: owner, forcePathStyle: true });
        await client.send(new CreateBucketCommand({ Bucket: name }));
        client.destroy();
        return name;
      },
      makeUser,
      admin,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
