import { describe, expect, test } from 'bun:test';
import { addressProblem, hostProblem } from './targets.ts';

describe('network targets', () => {
  const welcome = [
    'backup.example.com',
    'nas',
    'nas.local',
    'localhost',
    '127.0.0.1',
    '192.168.1.10',
    '10.0.0.1',
    '8.8.8.8',
    '::1',
    '[::1]',
    'fd12:3456:789a::1',
    '[2001:db8::1]',
    'xn--bcher-kva.example',
    'metadata.example.com',
  ];
  for (const host of welcome) test(`${host} is welcome`, () => expect(hostProblem(host)).toBeNull());

  const refused = {
    'link-local': ['169.254.1.1', '[fe80::1]', 'fe80::1%eth0', 'FEBF::1'],
    "machine's metadata": [
      '169.254.169.254',
      '169.254.169.254.',
      '0xa9fea9fe',
      '2852039166',
      '0251.0376.0251.0376',
      '169.254.43518',
      '169.0xfe.169.254',
      '１６９.254.169.254',
      '[::ffff:169.254.169.254]',
      '[::ffff:a9fe:a9fe]',
      '[::169.254.169.254]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:a9fe:a9fe::1]',
      '[fd00:ec2::254]',
      'fd00:0ec2:0:0:0:0:0:0254',
      '100.100.100.200',
      'metadata.google.internal',
      'METADATA.google.internal.',
    ],
    unspecified: ['0.0.0.0', '0', '0x0', '00000', '０', '0.1.2.3', '::', '[::]', '[0:0:0:0:0:0:0:0]', '[::0.0.0.0]'],
    'four decimal numbers': ['2130706433', '127.1', '0x7f.1', '017700000001', '010.0.0.1', '192.168.1.10.'],
    'write the IPv4 address': ['[::ffff:127.0.0.1]', '[::ffff:c0a8:010a]', '[::127.0.0.1]'],
    'no host name': ['', 'a b', '256.1.1.1', '[::1', 'a/b', '1.2.3.4.5'],
  };
  for (const [why, hosts] of Object.entries(refused))
    for (const host of hosts) test(`"${host}" is refused: ${why}`, () => expect(hostProblem(host)).toContain(why));

  test('what a name resolves to is judged by the same rules', () => {
    expect(addressProblem('192.168.1.10')).toBeNull();
    expect(addressProblem('::1')).toBeNull();
    expect(addressProblem('169.254.169.254')).toContain('metadata');
    expect(addressProblem('fe80::1%eth0')).toContain('link-local');
    expect(addressProblem('::ffff:169.254.0.1')).toContain('link-local');
    expect(addressProblem('nas.local')).toBe('is no IP address');
  });
});
