import { afterEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { remoteLab } from '../../../test/harness/remote-lab.ts';
import { page, refusal, type ScriptedS3, startScriptedS3, xml } from '../../../test/servers/scripted-s3.ts';

const dayMs = 86_400_000;
/** From 16 MiB on a file is sent in parts. */
const largeBytes = 16 * 1024 * 1024;
const running: ScriptedS3[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

interface Unfinished {
  key: string;
  upload: string;
  begunMs: number;
}

/** A bucket that keeps small objects, takes no parts, and knows of uploads that somebody began. */
function bucket({ mayList = true } = {}) {
  const objects = new Map<string, { bytes: Uint8Array; etag: string }>();
  const uploads: Unfinished[] = [];
  const ended: string[] = [];
  const listed = (prefix: string) =>
    uploads
      .filter(({ key }) => key.startsWith(prefix))
      .map(
        ({ key, upload, begunMs }) =>
          `<Upload><Key>${key}</Key><UploadId>${upload}</UploadId><Initiated>${new Date(begunMs).toISOString()}</Initiated></Upload>`,
      )
      .join('');
  const server = startScriptedS3(async (request, { pathname, searchParams }) => {
    const key = decodeURIComponent(pathname.replace(/^\/photos\/?/, ''));
    const upload = searchParams.get('uploadId');
    if (searchParams.has('uploads') && request.method === 'GET')
      return mayList
        ? xml(
            `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${listed(searchParams.get('prefix') ?? '')}</ListMultipartUploadsResult>`,
          )
        : refusal(403, 'AccessDenied');
    if (searchParams.has('uploads'))
      return xml('<InitiateMultipartUploadResult><UploadId>remembered</UploadId></InitiateMultipartUploadResult>');
    if (upload !== null && request.method === 'DELETE') {
      ended.push(upload);
      return new Response(null, { status: 204 });
    }
    if (upload !== null && request.method === 'GET')
      return xml('<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>');
    if (upload !== null) return refusal(403, 'AccessDenied');
    if (searchParams.has('list-type')) {
      const prefix = searchParams.get('prefix') ?? '';
      const found = [...objects].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
      return page(found.map(([name, { bytes, etag }]) => ({ key: name, size: bytes.byteLength, etag })));
    }
    if (request.method === 'PUT') {
      const bytes = await request.bytes();
      objects.set(key, { bytes, etag: createHash('md5').update(bytes).digest('hex') });
    }
    const object = objects.get(key);
    if (!object) return refusal(404, 'NoSuchKey');
    const headers = { etag: `"${object.etag}"` };
    return new Response(request.method === 'PUT' ? null : object.bytes.slice(), { headers });
  });
  running.push(server);
  return { server, uploads, ended };
}

async function lab(server: ScriptedS3) {
  const { accessKeyId, secretAccessKey } = server.user;
  const made = await remoteLab({
    type: 's3',
    config: { bucket: 'photos', prefix: 'box', region: server.region, endpoint: server.endpoint },
    secret: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
  });
  writeFileSync(join(made.src, 'small'), 'x');
  return made;
}

describe('uploads that were begun and never ended', () => {
  test('are ended after a run when nobody goes on with them for a week, and only those of the job', async () => {
    const { server, uploads, ended } = bucket();
    const { app, src, run, remoteJob, logs } = await lab(server);
    const at = (days: number) => app.clock.now() - days * dayMs;
    uploads.push(
      { key: 'box/src/old', upload: 'abandoned', begunMs: at(8) },
      { key: 'box/src/young', upload: 'of another box', begunMs: at(6) },
      { key: 'box/srcs/old', upload: 'of another job', begunMs: at(8) },
      { key: 'elsewhere/old', upload: 'of another program', begunMs: at(8) },
    );
    const job = await remoteJob();
    const first = await run(job);
    expect(first.status).toBe('completed');
    expect(ended).toEqual(['abandoned']);
    expect(await logs(first.id)).toContain('Ended 1 unfinished uploads that nobody went on with');

    // One that we ourselves still mean to go on with stays, however old it is.
    ended.length = 0;
    uploads.splice(0, uploads.length, { key: 'box/src/large', upload: 'remembered', begunMs: at(8) });
    writeFileSync(join(src, 'large'), new Uint8Array(largeBytes));
    expect(await run(job)).toMatchObject({ status: 'failed', reason: 'partial' });
    ended.length = 0;
    writeFileSync(join(src, 'small'), 'changed');
    await run(job);
    expect(ended).toEqual([]);
  });

  test('are left alone without a word where we may not ask for them', async () => {
    const { server, uploads, ended } = bucket({ mayList: false });
    const { app, run, remoteJob, errors } = await lab(server);
    uploads.push({ key: 'box/src/old', upload: 'abandoned', begunMs: app.clock.now() - 8 * dayMs });
    const done = await run(await remoteJob());
    expect(done).toMatchObject({ status: 'completed', warning_count: 0 });
    expect(await errors(done.id)).toEqual([]);
    expect(ended).toEqual([]);
  });
});
