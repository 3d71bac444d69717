import { afterEach, describe, expect, test } from 'bun:test';
import { codeOf, createSlot, openS3, tuning } from '../../../../test/conformance/s3/place.ts';
import { page, type Script, type ScriptedS3, startScriptedS3, xml } from '../../../../test/servers/scripted-s3.ts';
import { overheard, put, sampleContent } from '../../checks/context.ts';
import { composedEtag, md5 } from './etag.ts';
import { mtimeMetadata, mtimeOf } from './metadata.ts';
import { partBytesFor } from './part.ts';
import { createRoom } from './room.ts';

const { signal } = new AbortController();
const running: ScriptedS3[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

function open(script: Script) {
  const server = startScriptedS3(script);
  running.push(server);
  return { server, driver: openS3(server, { bucket: 'photos' }) };
}
const methods = (server: ScriptedS3): string[] => server.requests.map((request) => request.split(' ')[0] ?? '');
const hex = (text: string): string => md5(Buffer.from(text)).toString('hex');

describe('a file that did not arrive as it was sent', () => {
  test('is told and taken away, when it is the one we wrote', async () => {
    const { server, driver } = open((request) =>
      request.method === 'DELETE'
        ? new Response(null, { status: 204 })
        : new Response(request.method === 'HEAD' ? 'longer' : null, { headers: { etag: `"${hex('longer')}"` } }),
    );
    expect(await codeOf(put({ driver, signal }, 'file', 'sent'))).toBe('integrity');
    expect(methods(server)).toEqual(['PUT', 'HEAD', 'HEAD', 'DELETE']);
  });

  test('is left alone when somebody else wrote another one meanwhile', async () => {
    const { server, driver } = open((request) =>
      request.method === 'HEAD'
        ? new Response('of somebody else', { headers: { etag: `"${hex('of somebody else')}"` } })
        : new Response(null, { headers: { etag: `"${hex('wrong')}"` } }),
    );
    expect(await codeOf(put({ driver, signal }, 'file', 'sent'))).toBe('integrity');
    expect(methods(server)).not.toContain('DELETE');
  });

  test('goes alone where the bucket keeps versions: the one before is back', async () => {
    const { server, driver } = open((request) =>
      request.method === 'DELETE'
        ? new Response(null, { status: 204 })
        : new Response(request.method === 'HEAD' ? 'longer' : null, {
            headers: { etag: `"${hex('longer')}"`, 'x-amz-version-id': 'v2' },
          }),
    );
    expect(await codeOf(put({ driver, signal }, 'file', 'sent'))).toBe('integrity');
    expect(server.requests.at(-1)).toContain('DELETE /photos/file?');
    expect(server.requests.at(-1)).toContain('versionId=v2');
  });

  test('of the same size is found by reading it again', async () => {
    const { driver, server } = open((request) => {
      if (request.method === 'DELETE') return new Response(null, { status: 204 });
      return new Response(request.method === 'PUT' ? null : 'tens', { headers: { etag: `"${hex('tens')}"` } });
    });
    expect(await codeOf(put({ driver, signal }, 'file', 'sent'))).toBe('integrity');
    expect(methods(server).at(-1)).toBe('DELETE');
  });
});

describe('servers whose ETag is no MD5', () => {
  test('are believed by their size where a key service seals, and by reading again elsewhere', async () => {
    const sealed = { etag: `"${'0'.repeat(32)}"`, 'x-amz-server-side-encryption': 'aws:kms' };
    const kms = open((request) => new Response(request.method === 'HEAD' ? 'sent' : null, { headers: sealed }));
    const written = await put({ driver: kms.driver, signal }, 'file', 'sent');
    expect(written).toMatchObject({ size: 4, hash: null, tag: `${'0'.repeat(32)}:4`, verified: true });
    expect(methods(kms.server)).toEqual(['PUT', 'HEAD']);

    const odd = open(
      (request) => new Response(request.method === 'PUT' ? null : 'sent', { headers: { etag: `"${'0'.repeat(32)}"` } }),
    );
    expect(await put({ driver: odd.driver, signal }, 'file', 'sent')).toMatchObject({ hash: null, verified: true });
    expect(methods(odd.server)).toEqual(['PUT', 'HEAD', 'GET']);
  });

  test('go on with an upload by what was remembered of its parts', async () => {
    const size = 4 * tuning.partBytes;
    const parts = new Map<number, number>();
    let sends = 0;
    const { driver } = open(async (request, url) => {
      const number = Number(url.searchParams.get('partNumber'));
      if (url.searchParams.has('uploads'))
        return xml(request.method === 'POST' ? '<R><UploadId>u</UploadId></R>' : '<R/>');
      if (request.method === 'PUT') {
        sends += 1;
        parts.set(number, (await request.bytes()).length);
        return new Response(null, { headers: { etag: `"opaque-part-${number}"` } });
      }
      if (request.method === 'GET' && url.searchParams.has('uploadId'))
        return xml(
          `<ListPartsResult><IsTruncated>false</IsTruncated>${[...parts].map(([n, bytes]) => `<Part><PartNumber>${n}</PartNumber><ETag>"opaque-part-${n}"</ETag><Size>${bytes}</Size></Part>`).join('')}</ListPartsResult>`,
        );
      if (request.method === 'POST')
        return xml(
          '<CompleteMultipartUploadResult><Key>file</Key><ETag>"whole"</ETag></CompleteMultipartUploadResult>',
        );
      return new Response(new Uint8Array(size), { headers: { etag: '"whole"' } });
    });
    const resume = createSlot();
    const dying = overheard(sampleContent(size, 1), async (offset) => {
      if (offset >= 3 * tuning.partBytes) throw new Error('the process died here');
    });
    await put({ driver, signal }, 'file', dying, { resume }).catch(() => null);
    expect(sends).toBe(3);
    await put({ driver, signal }, 'file', sampleContent(size, 1), { resume });
    expect(sends).toBe(4);
  });
});

describe('an upload in parts', () => {
  const upload =
    (complete: () => Response, head: () => Response): Script =>
    async (request, url) => {
      if (url.searchParams.has('uploads'))
        return xml(request.method === 'POST' ? '<R><UploadId>u</UploadId></R>' : '<R/>');
      if (request.method === 'PUT')
        return new Response(null, { headers: { etag: md5(await request.bytes()).toString('hex') } });
      if (request.method === 'POST') return complete();
      return request.method === 'DELETE' ? new Response(null, { status: 204 }) : head();
    };
  const size = 2 * tuning.partBytes;

  test('is not done when the answer began well and ended with an error, or with nothing', async () => {
    for (const body of ['<Error><Code>InternalError</Code></Error>', '']) {
      const { driver } = open(
        upload(
          () => (body === '' ? new Response('') : xml(body)),
          () => new Response(new Uint8Array(size), { headers: { etag: '"old"' } }),
        ),
      );
      expect(['unavailable', 'protocol']).toContain(await codeOf(put({ driver, signal }, 'file', sampleContent(size))));
    }
  });

  test('whose sum has another size at the end is told and taken away', async () => {
    const done = () =>
      xml('<CompleteMultipartUploadResult><Key>file</Key><ETag>"short"</ETag></CompleteMultipartUploadResult>');
    const { driver, server } = open(upload(done, () => new Response('short', { headers: { etag: '"short"' } })));
    expect(await codeOf(put({ driver, signal }, 'file', sampleContent(size)))).toBe('integrity');
    expect(server.requests).toContainEqual(expect.stringMatching(/^DELETE \/photos\/file\?x-id=DeleteObject$/));
  });

  test('never has more than 10,000 parts', () => {
    const mebi = 1024 * 1024;
    expect(partBytesFor(1024 * mebi, 8 * mebi)).toBe(8 * mebi);
    for (const size of [80_000 * mebi, 80_000 * mebi + 1, 5 * 1024 * 1024 * mebi])
      expect(Math.ceil(size / partBytesFor(size, 8 * mebi))).toBeLessThanOrEqual(10_000);
  });

  test('has the ETag that S3 computes of its parts', () => {
    // By hand: (printf a | md5sum; printf b | md5sum) as bytes | md5sum
    const parts = ['a', 'b'].map(hex);
    expect(composedEtag(parts)).toBe(`${md5(Buffer.from(parts.join(''), 'hex')).toString('hex')}-2`);
  });
});

describe('small things', () => {
  test('files that were neither removed nor refused are told', async () => {
    const { driver } = open(() => xml('<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>'));
    const left = await driver.removeMany(['a', 'b'], signal);
    expect(left.map(({ path, error }) => [path, error.code])).toEqual([['b', 'unavailable']]);
  });

  test('another part of a file than was asked for is never handed out', async () => {
    const { driver } = open(() => new Response('abc', { status: 206, headers: { 'content-range': 'bytes 0-2/10' } }));
    expect(await codeOf(driver.read('file', { start: 5, end: 8 }, signal))).toBe('protocol');
    const whole = open(() => new Response('abcdefghij'));
    expect(await codeOf(whole.driver.read('file', { start: 5, end: 8 }, signal))).toBe('protocol');
  });

  test('a folder that is not there is not an empty one', async () => {
    const { driver } = open(() => page([]));
    expect(await codeOf(driver.list('missing', signal))).toBe('not_found');
    expect(await driver.list('', signal)).toEqual([]);
  });

  test('times are kept as rclone keeps them', () => {
    for (const [ns, text] of [
      [1_700_000_123_456_789_123n, '1700000123.456789123'],
      [1_700_000_000_500_000_000n, '1700000000.5'],
      [5n, '0.000000005'],
      [-1_500_000_000n, '-1.5'],
      [7_000_000_000n, '7'],
    ] as const) {
      expect(mtimeMetadata(ns)).toEqual({ mtime: text });
      expect(mtimeOf({ mtime: text })).toBe(ns);
    }
    for (const mtime of ['', 'yesterday', '1e9', '1.2.3']) expect(mtimeOf({ mtime })).toBe(null);
  });

  test('memory for uploads is given in turn, and what is larger than all of it waits for all of it', async () => {
    const room = createRoom(10);
    const first = await room.take(6, signal);
    const order: string[] = [];
    const large = room.take(100, signal).then((give) => {
      order.push('large');
      give();
    });
    const small = room.take(1, signal).then((give) => {
      order.push('small');
      give();
    });
    const late = new AbortController();
    const given = room.take(1, late.signal).catch((reason: unknown) => reason);
    late.abort('gone');
    expect(await given).toBe('gone');
    expect(order).toEqual([]);
    first();
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
  });
});
