import { describe, expect, test } from 'vitest';

import { allowList } from './allow-list.js';
import { readAddress } from './special-addresses.js';

describe('allowHosts', () => {
  test.each([
    ['cdn.example', 'cdn.example'],
    ['CDN.Example', 'cdn.example'],
    ['cdn.example.', 'cdn.example'],
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['ｃdn.example', 'cdn.example'],
    ['localhost', 'localhost'],
    ['127.1', '127.0.0.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['*.example', 'a.example'],
    ['*.example', 'a.b.c.example'],
    ['*.EXAMPLE.', 'a.example'],
    ['*.münchen.example', 'a.xn--mnchen-3ya.example'],
  ])('%s allows %s', (entry, host) => {
    expect(allowList({ allowHosts: [entry] }).allowsHost(host)).toBe(true);
  });

  test.each([
    ['cdn.example', 'a.cdn.example'],
    ['cdn.example', 'cdn.example.evil'],
    ['cdn.example', 'evilcdn.example'],
    ['*.example', 'example'],
    ['*.cdn.example', 'cdn.example'],
    ['*.cdn.example', 'evilcdn.example'],
    ['*.cdn.example', 'a.cdn.example.evil'],
    ['10.0.0.1', '10.0.0.10'],
  ])('%s does not allow %s', (entry, host) => {
    expect(allowList({ allowHosts: [entry] }).allowsHost(host)).toBe(false);
  });

  test.each([
    '',
    ' ',
    '.',
    '*',
    '*.',
    '**.example',
    '*.*.example',
    'a.*.example',
    'a*.example',
    '*example',
    'example.*',
    'cdn.example:443',
    '[::1]:443',
    'https://cdn.example',
    'cdn.example/path',
    'user@cdn.example',
    'cdn.example?x',
    'cdn.example#x',
    'cdn.example\\x',
    'cdn.ex%61mple',
    'cdn .example',
    '[::1',
    '256.256.256.256',
    '*.10.0.0.1',
    '*.[::1]',
    '*.1',
  ])('%j throws', (entry) => {
    expect(() => allowList({ allowHosts: ['fine.example', entry] })).toThrow(
      expect.objectContaining({ name: 'SafeFetchError', rule: 'options' }),
    );
  });
});

describe('allowCidrs', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['0.0.0.0/0', '127.0.0.1'],
    ['10.9.9.9/8', '10.0.0.1'],
    ['10.0.0.0/8', '::ffff:10.0.0.1'],
    ['::ffff:10.0.0.0/104', '10.0.0.1'],
    ['::ffff:10.0.0.0/104', '::ffff:10.0.0.1'],
    ['fd00::/8', 'fd12::1'],
    ['FD00::/8', 'fd12::1'],
    ['::1/128', '::1'],
    ['::/0', '::ffff:10.0.0.1'],
    ['64:ff9b::/96', '64:ff9b::1.2.3.4'],
    ['::10.0.0.0/104', '::10.0.0.1'],
  ])('%s allows %s', (cidr, address) => {
    expect(allowList({ allowCidrs: [cidr] }).allowsAddress(readAddress(address))).toBe(true);
  });

  test.each([
    ['10.0.0.0/8', '11.0.0.1'],
    ['10.0.0.0/8', '::ffff:11.0.0.1'],
    ['10.0.0.0/8', '::10.0.0.1'],
    ['10.0.0.0/8', '64:ff9b::10.0.0.1'],
    ['10.1.2.3/32', '10.1.2.4'],
    ['fd00::/8', 'fc00::1'],
    ['::/0', '10.0.0.1'],
    ['0.0.0.0/0', '::1'],
    ['::ffff:0:0/96', '::1'],
    ['::10.0.0.0/104', '10.0.0.1'],
  ])('%s does not allow %s', (cidr, address) => {
    expect(allowList({ allowCidrs: [cidr] }).allowsAddress(readAddress(address))).toBe(false);
  });

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8 ',
    '10.0.0.0/0x8',
    '10.0.0.0/255.0.0.0',
    '10/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '167772160/8',
    '*/8',
    'localhost/8',
    'fd00::/129',
    'fd00::%eth0/8',
    '[fd00::]/8',
    '/8',
  ])('%j throws', (cidr) => {
    expect(() => allowList({ allowCidrs: ['10.0.0.0/8', cidr] })).toThrow(
      expect.objectContaining({ name: 'SafeFetchError', rule: 'options' }),
    );
  });
});

test('without lists nothing is let through; with allowPrivateIps every address is', () => {
  const addresses = ['127.0.0.1', '169.254.169.254', '::1'].map((address) => readAddress(address));
  expect(addresses.map(allowList({}).allowsAddress)).toEqual([false, false, false]);
  expect(addresses.map(allowList({ allowPrivateIps: true }).allowsAddress)).toEqual([true, true, true]);
  expect(allowList({}).allowsHost('localhost')).toBe(false);
});
