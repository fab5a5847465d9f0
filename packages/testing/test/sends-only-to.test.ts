import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup, resolveTxt } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostileEnvironment, sendsOnlyTo } from '@tako/testing';

const server = createServer((_, response) => response.setHeader('connection', 'close').end('here'));
const other = createServer((_, response) => response.setHeader('connection', 'close').end('there'));
let url = '';
let otherUrl = '';

beforeAll(async () => {
  const listening = [server, other].map(async (started) => {
    started.listen(0, '127.0.0.1');
    await once(started, 'listening');
    const address = started.address();
    return typeof address === 'object' ? `127.0.0.1:${address?.port}` : '';
  });
  [url = '', otherUrl = ''] = await Promise.all(listening);
});

afterAll(() => {
  for (const started of [server, other]) started.closeAllConnections();
  server.close();
  other.close();
});

const here = async (): Promise<unknown> => (await fetch(`http://${url}/a/path`)).text();

test('what goes to the configured address is fine, by name too', async () => {
  await sendsOnlyTo([`http://${url}`], here);
  const byName = url.replace('127.0.0.1', 'localhost');
  await sendsOnlyTo([byName], async () => (await fetch(`http://${byName}`)).text());
});

test('a scenario that sends nothing proves nothing, unless nothing is what it should send', async () => {
  await expect(sendsOnlyTo([url], async () => undefined)).rejects.toThrow('the scenario proves nothing');
  await expect(sendsOnlyTo([url, otherUrl], here)).rejects.toThrow(`nothing was sent to ${otherUrl}`);
  await sendsOnlyTo([], async () => undefined);
  await expect(sendsOnlyTo([], here)).rejects.toThrow(`nothing may be sent but to nowhere, yet: connect ${url}`);
});

describe('what goes elsewhere is found out:', () => {
  const settled = (emitter: NodeJS.EventEmitter): Promise<void> =>
    new Promise((resolve) => {
      for (const event of ['error', 'close', 'connect']) emitter.once(event, () => resolve());
      emitter.on('error', () => undefined); // that it fails is no matter here
    });
  const ways: readonly (readonly [way: string, go: () => Promise<unknown>, told: () => string])[] = [
    ['fetch', async () => (await fetch(`http://${otherUrl}`)).text(), () => `connect ${otherUrl}`],
    [
      'a socket',
      async () => settled(connect(Number(otherUrl.split(':')[1]), '127.0.0.1')),
      () => `connect ${otherUrl}`,
    ],
    ['TLS', async () => settled(connectTls(1, '127.0.0.1')), () => 'connect 127.0.0.1:1'],
    ['HTTP/2', async () => settled(connectHttp2('http://127.0.0.1:1')), () => 'connect 127.0.0.1:1'],
    ['IPv6', async () => settled(connect(1, '::1')), () => 'connect [::1]:1'],
    ['a pipe', async () => settled(connect('/nowhere/at-all.sock')), () => 'connect unix:/nowhere/at-all.sock'],
    ['a lookup', async () => lookup('elsewhere.invalid').catch(() => undefined), () => 'lookup elsewhere.invalid'],
    ['a DNS query', async () => resolveTxt('data.invalid').catch(() => undefined), () => 'lookup data.invalid'],
    ['a datagram', async () => createSocket('udp4').close(), () => 'udp'],
    [
      'an SDK that follows the environment',
      async () => fetch(process.env['OPENAI_BASE_URL'] ?? '').catch(() => undefined),
      () => 'lookup elsewhere.invalid',
    ],
  ];
  test.each(ways)('%s', async (_, go, told) => {
    const both = async (): Promise<void> => {
      await here();
      await go();
    };
    await expect(sendsOnlyTo([url], both)).rejects.toThrow(`nothing may be sent but to ${url}, yet: ${told()}`);
  });
});

test('the environment is as it was afterwards, whatever the scenario throws', async () => {
  const before = { ...process.env };
  const failing = sendsOnlyTo(
    [],
    async () => {
      expect(process.env).toMatchObject({ ...hostileEnvironment, MINE: 'set' });
      throw new Error('so be it');
    },
    { MINE: 'set' },
  );
  await expect(failing).rejects.toThrow('so be it');
  expect({ ...process.env }).toEqual(before);
});

describe('a process that it starts', () => {
  const run = async (code: string, env: Readonly<Record<string, string>>): Promise<void> => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { env, stdio: 'inherit' });
    await once(child, 'close');
  };

  test('counts too', async () => {
    await sendsOnlyTo([url], ({ childEnvironment }) => run(`await fetch('http://${url}')`, childEnvironment));
    const elsewhere = sendsOnlyTo([url], async ({ childEnvironment }) => {
      await run(`await fetch('http://${url}'); await fetch(process.env.VAULT_ADDR).catch(() => 0)`, childEnvironment);
    });
    await expect(elsewhere).rejects.toThrow('yet: lookup elsewhere.invalid');
  });

  test('must live to tell', async () => {
    const killed = sendsOnlyTo([], ({ childEnvironment }) =>
      run('process.kill(process.pid, "SIGKILL")', childEnvironment),
    );
    await expect(killed).rejects.toThrow('was killed before it could tell');
  });
});

test('an address without a port is refused', async () => {
  await expect(sendsOnlyTo(['127.0.0.1'], here)).rejects.toThrow('an address has a host and a port: 127.0.0.1');
});
