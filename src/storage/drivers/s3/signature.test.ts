import { describe, expect, test } from 'bun:test';
import { S3Client } from '@aws-sdk/client-s3';
import { createSignature, encoded } from './signature.ts';

/** What the SDK's own signer says of the same request. */
async function signedBySdk(
  credential: { access_key_id: string; secret_access_key: string; session_token: string | null },
  region: string,
  request: { method: string; path: string; query: Record<string, string>; headers: Record<string, string> },
  now: number,
): Promise<Record<string, string>> {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = credential;
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
  });
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 's3',
    signingRegion: region,
    properties: {},
  });
  const signed = await signer.sign(
    {
      ...request,
      protocol: 'https:',
      hostname: request.headers['host'] ?? '',
      headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    { signingDate: new Date(now) },
  );
  client.destroy();
  return signed.headers;
}

const noon = Date.UTC(2026, 1, 3, 12, 4, 5, 678);
const credential = { access_key_id: 'KEY', secret_access_key: 'a secret/with+signs', session_token: null };

describe('a signature of a request to S3', () => {
  test("is the one of AWS's own library: names of every kind, query, metadata, a token, the next day", async () => {
    const host = 's3.eu-west-1.amazonaws.com';
    const names = ['plain', "it's (1)*!~.txt", 'ü/日本 語/🙂', 'a+b&c=d?e#f%20', 'a//b', '.hidden/..x'];
    const cases = names.map((name) => ({
      method: 'PUT',
      path: `/photos/${name.split('/').map(encoded).join('/')}`,
      query: {} as Record<string, string>,
      headers: { host, 'content-type': 'application/octet-stream', 'content-length': '3', 'x-amz-meta-mtime': '1.5' },
    }));
    const list = { 'list-type': '2', list: 'x', prefix: "a b/(ü)'*", 'continuation-token': '1/+==', delimiter: '/' };
    cases.push(
      { method: 'GET', path: '/photos/', query: list, headers: { host } as (typeof cases)[0]['headers'] },
      { ...(cases[0] as (typeof cases)[0]), query: { partNumber: '10', uploadId: '2~a.b-c_d' } },
    );
    for (const session_token of [null, 'a/long+token=='])
      for (const now of [noon, noon + 86_400_000]) {
        const sign = createSignature({ ...credential, session_token }, 'eu-west-1');
        for (const one of cases) {
          const theirs = await signedBySdk({ ...credential, session_token }, 'eu-west-1', one, now);
          const query = Object.entries(one.query).map(([name, value]) => [encoded(name), encoded(value)] as const);
          const ours = sign({ ...one, query }, now);
          expect({ ...one.headers, ...ours }).toEqual(theirs as never);
        }
      }
  });

  test('is made anew when the day changes under one that lives on', async () => {
    const sign = createSignature(credential, 'us-east-1');
    const request = { method: 'GET', path: '/b/', query: [], headers: { host: 'h' } };
    const fresh = (now: number) => createSignature(credential, 'us-east-1')(request, now);
    for (const now of [noon, noon + 86_400_000, noon]) expect(sign(request, now)).toEqual(fresh(now));
  });
});
