import { describe, expect, test } from 'bun:test';
import { bestDigest, digestHeader, parseChallenges } from './digest.ts';
import { createSignIn } from './sign-in.ts';

/** The example of RFC 7616 §3.9.1. */
const offered =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const request = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('Digest', () => {
  test('answers as RFC 7616 computes it, with SHA-256 and with MD5', () => {
    const [sha256, md5] = parseChallenges(offered);
    if (!sha256 || !md5) throw new Error('two challenges were offered');
    expect(digestHeader(sha256, request)).toContain(
      'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
    );
    expect(digestHeader(md5, request)).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
  });

  test('answers as RFC 2617 computes it, and as RFC 2069 where the server knows no qop', () => {
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    const old = { username: 'Mufasa', password: 'Circle Of Life', method: 'GET', uri: '/dir/index.html', count: 1 };
    const [withQop] = parseChallenges(`Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="${nonce}"`);
    const [without] = parseChallenges(`Digest realm="testrealm@host.com", nonce="${nonce}"`);
    if (!withQop || !without) throw new Error('not parsed');
    expect(digestHeader(withQop, { ...old, cnonce: '0a4f113b' })).toContain(
      'response="6629fae49393a05397450978507c4ef1"',
    );
    expect(digestHeader(without, old)).toContain('response="670fd8c2df070c60b045671b8b24ff02"');
    expect(digestHeader(without, old)).not.toContain('nc=');
  });

  test('counts in hexadecimal, and quotes what needs it', () => {
    const [challenge] = parseChallenges('Digest realm="a \\"b\\" \\\\", nonce="n,=", qop=auth');
    if (!challenge) throw new Error('not parsed');
    const header = digestHeader(challenge, { ...request, username: 'a"b', count: 26 });
    expect(header).toContain('nc=0000001a');
    expect(header).toContain('username="a\\"b"');
    expect(header).toContain('realm="a \\"b\\" \\\\"');
    expect(header).toContain('nonce="n,="');
  });

  test('the strongest way is taken, and one that cannot be answered is not', () => {
    expect(bestDigest(parseChallenges(offered))?.parameters.get('algorithm')).toBe('SHA-256');
    expect(bestDigest(parseChallenges('Negotiate, Basic realm="x"'))).toBeNull();
    expect(bestDigest(parseChallenges('Digest realm="x", nonce="n", algorithm=SHA-1024'))).toBeNull();
    expect(bestDigest(parseChallenges('Digest realm="x", nonce="n", qop="auth-int"'))).toBeNull();
    expect(bestDigest(parseChallenges('Digest realm="x"'))).toBeNull();
    expect(parseChallenges('"""=,,,= Digest').length).toBeLessThanOrEqual(1);
  });
});

describe('signing in', () => {
  const credential = { username: 'u', password: 'p', token: null };
  const digest = (nonce: string, more = '') => `Digest realm="r", qop="auth", nonce="${nonce}"${more}`;

  test('sends no credentials before the server was asked, and never the password where it offers Digest', () => {
    const signIn = createSignIn(credential, () => 0);
    const first = signIn.sign('PROPFIND', '/');
    expect(first.header).toBeNull();
    expect(signIn.refused(first, `Basic realm="r", ${digest('n1')}`)).toBe(true);
    const second = signIn.sign('PROPFIND', '/');
    expect(second.header).toStartWith('Digest ');
    signIn.accepted(second);
    expect(signIn.sign('PUT', '/a').header).toContain('nc=00000002');
  });

  test('a nonce that ended is renewed, with and without a word; a wrong password is not tried again', () => {
    const signIn = createSignIn(credential, () => 0);
    signIn.refused(signIn.sign('PROPFIND', '/'), digest('n1'));
    const wrong = signIn.sign('PROPFIND', '/');
    expect(signIn.refused(wrong, digest('n2'))).toBe(false);
    const good = signIn.sign('PROPFIND', '/');
    signIn.accepted(good);
    const ended = signIn.sign('PUT', '/a');
    expect(signIn.refused(ended, digest('n3', ', stale=true'))).toBe(true);
    const next = signIn.sign('PUT', '/a');
    expect(next.nonce).toBe('n3');
    signIn.accepted(next);
    expect(signIn.refused(signIn.sign('PUT', '/a'), digest('n4'))).toBe(true);
    // Somebody who was still sent with the old one goes on with the new one.
    expect(signIn.refused(ended, digest('n5'))).toBe(true);
    expect(signIn.sign('PUT', '/a').nonce).toBe('n4');
  });

  test('Basic is refused once and for good; so is a token', () => {
    const basic = createSignIn(credential, () => 0);
    expect(basic.refused(basic.sign('PROPFIND', '/'), 'Basic realm="r"')).toBe(true);
    expect(basic.refused(basic.sign('PROPFIND', '/'), 'Basic realm="r"')).toBe(false);
    const token = createSignIn({ username: null, password: null, token: 't' }, () => 0);
    expect(token.sign('GET', '/').header).toBe('Bearer t');
    expect(token.refused(token.sign('GET', '/'), 'Bearer')).toBe(false);
  });
});
