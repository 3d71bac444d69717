import { afterEach, describe, expect, test } from 'bun:test';
import { codeOf, openS3, problemOf } from '../../../../test/conformance/s3/place.ts';
import {
  page,
  refusal,
  type Script,
  type ScriptedS3,
  startScriptedS3,
  xml,
} from '../../../../test/servers/scripted-s3.ts';
import { put } from '../../checks/context.ts';

const { signal } = new AbortController();
const running: ScriptedS3[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

function open(script: Script, place: { prefix?: string; region?: string } = {}) {
  const server = startScriptedS3(script);
  running.push(server);
  return { server, driver: openS3(server, { bucket: 'photos', ...place }) };
}

describe('what S3 answers in place of what was asked for', () => {
  const table: [string, number, string, string?][] = [
    ['ExpiredToken', 400, 'auth_expired'],
    ['InvalidToken', 400, 'auth_failed'],
    ['SignatureDoesNotMatch', 403, 'auth_failed'],
    ['RequestTimeTooSkewed', 403, 'clock'],
    ['NoSuchBucket', 404, 'no_root'],
    ['AccessDenied', 403, 'permission'],
    ['QuotaExceeded', 403, 'quota'],
    ['XMinioStorageFull', 507, 'quota'],
    ['EntityTooLarge', 400, 'too_large'],
    ['KeyTooLongError', 400, 'name'],
    ['BadDigest', 400, 'integrity'],
    ['IncompleteBody', 400, 'integrity'],
    ['InvalidStorageClass', 400, 'unsupported'],
    ['NotImplemented', 501, 'unsupported'],
    ['InternalError', 500, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['OperationAborted', 409, 'unavailable'],
    ['RequestTimeout', 400, 'timeout'],
    ['SlowDown', 503, 'rate_limited'],
    ['TooManyRequests', 429, 'rate_limited'],
    ['NeverHeardOf', 400, 'protocol'],
    ['NeverHeardOf', 500, 'unavailable'],
  ];
  test('every refusal has its meaning, for reading and for writing, and is never repeated word for word', async () => {
    for (const [code, status, wanted] of table) {
      const { driver } = open(() => refusal(status, code));
      for (const call of [() => driver.list('', signal), () => put({ driver, signal }, 'file', 'x')]) {
        const problem = await problemOf(call());
        expect(`${code} ${problem.code}`).toBe(`${code} ${wanted}`);
        expect(problem.message).not.toContain('words of the server');
        expect(problem.message).not.toContain('SECRET');
      }
    }
  });

  test('a service that wants a pause is told how long', async () => {
    const { driver } = open(() => refusal(503, 'SlowDown', '', { 'retry-after': '7' }));
    expect((await problemOf(driver.list('', signal))).retryAfterMs).toBe(7000);
    expect((await problemOf(put({ driver, signal }, 'file', 'x'))).retryAfterMs).toBe(7000);
  });

  test('a bucket in another region names it, and nothing is sent there', async () => {
    const stranger = startScriptedS3(() => new Response('never'));
    running.push(stranger);
    const answers: (() => Response)[] = [
      () =>
        refusal(301, 'PermanentRedirect', '<Endpoint>photos.s3.eu-west-1.amazonaws.com</Endpoint>', {
          'x-amz-bucket-region': 'eu-west-1',
          location: stranger.endpoint,
        }),
      () =>
        refusal(307, 'TemporaryRedirect', '', {
          'x-amz-bucket-region': 'eu-west-1',
          location: `${stranger.endpoint}/photos`,
        }),
      () => refusal(400, 'AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>'),
    ];
    for (const answer of answers) {
      const { driver } = open(answer);
      for (const call of [() => driver.probe(signal), () => put({ driver, signal }, 'file', 'x')]) {
        const problem = await problemOf(call());
        expect(problem.code).toBe('no_root');
        expect(problem.message).toContain('eu-west-1');
        expect(problem.details['region']).toBe('eu-west-1');
      }
    }
    expect(stranger.requests).toEqual([]);
  });

  test('what is no XML, is endless, or grows by being read is no answer', async () => {
    const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>&b;</Key><Size>1</Size></Contents></ListBucketResult>`;
    const answers: (() => Response)[] = [
      () => xml(bomb),
      () =>
        new Response('<html><body>Sign in to the hotel network</body></html>', {
          headers: { 'content-type': 'text/html' },
        }),
      () => new Response('{"ok":true}'),
      () => new Response(''),
      () => xml(`<ListBucketResult>${'<a>'.repeat(200_000)}`),
      () => xml(`<ListBucketResult>${' '.repeat(9 * 1024 * 1024)}</ListBucketResult>`),
    ];
    for (const answer of answers) {
      const { driver } = open(answer);
      expect(await codeOf(driver.list('', signal))).toBe('protocol');
    }
  });
});

describe('a listing that does not add up', () => {
  const all = async (script: Script): Promise<string[]> => {
    const { driver } = open(script, { prefix: 'p' });
    const paths: string[] = [];
    for await (const entries of driver.listBelow('', signal)) paths.push(...entries.map((entry) => entry.path));
    return paths;
  };
  const more = (token: string) =>
    `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
  const pages =
    (first: Response, second: Response): Script =>
    (_, url) =>
      url.searchParams.has('continuation-token') ? second : first;

  test('is whole over all its pages', async () => {
    const script = pages(page([{ key: 'p/a' }], more('t')), page([{ key: 'p/b' }]));
    expect(await all(script)).toEqual(['a', 'b']);
  });

  test('is refused, whatever is wrong with it', async () => {
    const wrong: Record<string, () => Script> = {
      'there is more, but no token': () => () => page([{ key: 'p/a' }], '<IsTruncated>true</IsTruncated>'),
      'nothing said whether there is more': () => () => page([{ key: 'p/a' }], ''),
      'the same page again and again': () => () => page([{ key: 'p/a' }], more('t')),
      'the second page overlaps the first': () =>
        pages(page([{ key: 'p/a' }, { key: 'p/b' }], more('t')), page([{ key: 'p/b' }, { key: 'p/c' }])),
      'out of order': () => () => page([{ key: 'p/b' }, { key: 'p/a' }]),
      'twice the same': () => () => page([{ key: 'p/a' }, { key: 'p/a' }]),
      'outside of what was asked for': () => () => page([{ key: 'q/a' }]),
      'a name that leads elsewhere': () => () => page([{ key: 'p/../../etc/passwd' }]),
      'a name without letters': () => () => page([{ key: 'p//a' }]),
      'an impossible size': () => () => page([{ key: 'p/a', size: -1 }]),
      'another count than announced': () => () =>
        page([{ key: 'p/a' }], '<IsTruncated>false</IsTruncated><KeyCount>2</KeyCount>'),
      'a name that is no text': () => () =>
        page([{ key: 'p/%ff' }], '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>'),
      'cut in the middle': () => () =>
        xml('<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>p/a</Key>'),
    };
    for (const [what, script] of Object.entries(wrong))
      expect(`${what}: ${await codeOf(all(script()))}`).toBe(`${what}: protocol`);
  });

  test('names are taken as the server says they are encoded', async () => {
    const url = '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>';
    expect(await all(() => page([{ key: 'p/a+b%2Bc%25' }], url))).toEqual(['a b+c%']);
    expect(await all(() => page([{ key: 'p/a+b%2Bc' }]))).toEqual(['a+b%2Bc']);
  });
});
