import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { loopbackServer } from '../loopback/loopback-server.js';
import { certificateAuthority, selfSignedClient, type CertifiedKey } from './certificate-authority.js';

test('each certificate names its subject, its authority, its purpose and its time', () => {
  const ca = certificateAuthority('Acme root');
  const root = new X509Certificate(ca.cert);
  const server = new X509Certificate(ca.server('a.example', '10.1.2.3', '2001:db8::7', '::1', '1::').cert);
  const until = new Date('2061-02-03T04:05:06Z');
  const client = new X509Certificate(ca.client('agents ☂', until).cert);

  expect([root.ca, root.subject, root.issuer]).toEqual([true, 'CN=Acme root', 'CN=Acme root']);
  expect([server.ca, server.subject, server.issuer]).toEqual([false, 'CN=a.example', 'CN=Acme root']);
  expect(server.subjectAltName).toBe(
    'DNS:a.example, IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:0:0:7, IP Address:0:0:0:0:0:0:0:1, IP Address:1:0:0:0:0:0:0:0',
  );
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect([client.keyUsage, client.validToDate]).toEqual([['1.3.6.1.5.5.7.3.2'], until]);
  expect(Buffer.from(client.raw).includes('agents ☂')).toBe(true);
  for (const each of [root, server, client]) {
    expect(each.verify(root.publicKey)).toBe(true);
    expect(each.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(each.validToDate.getTime()).toBeGreaterThan(Date.now() + 3_600_000);
  }
  expect(new Set([root, server, client].map(({ serialNumber }) => serialNumber)).size).toBe(3);
});

test('without hosts a server is the loopback', () => {
  const { subject, subjectAltName } = new X509Certificate(certificateAuthority().server().cert);
  expect([subject, subjectAltName]).toEqual(['CN=localhost', 'DNS:localhost, IP Address:127.0.0.1']);
});

test('of two authorities of one name the right one is found', async () => {
  const [first, second] = [certificateAuthority('Root'), certificateAuthority('Root')];
  const port = await serving(second.server('127.0.0.1'));
  expect(await shownTo(port, { ca: [first.cert, second.cert] })).toBe('127.0.0.1');
  await expect(shownTo(port, { ca: first.cert })).rejects.toThrow('unable to verify');
});

test('a name that the certificate does not hold is refused', async () => {
  const ca = certificateAuthority();
  const port = await serving(ca.server('other.example'));
  await expect(shownTo(port, { ca: ca.cert })).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a server takes clients of the authority, and no others', async () => {
  const ca = certificateAuthority();
  const port = await serving(ca.server(), ca.cert);
  const expired = ca.client('late', new Date(Date.now() - 1_000));
  const outcomes = [ca.client('agents'), selfSignedClient('alone'), expired, ca.server()].map((client) =>
    shownTo(port, { ca: ca.cert, ...client }).then(
      (name) => name,
      () => 'refused',
    ),
  );
  expect(await Promise.all(outcomes)).toEqual(['localhost', 'refused', 'refused', 'refused']);
});

test('a loopback server speaks https with it', async () => {
  const ca = certificateAuthority();
  await using server = await loopbackServer((response) => void response.end('well'), { tls: ca.server('127.0.0.1') });
  expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
  expect(await shownTo(server.port, { ca: ca.cert })).toBe('127.0.0.1');
});

/** A TLS server that says one word, once it has taken the client. */
async function serving(tls: CertifiedKey, clientsOf?: string): Promise<number> {
  const mutual = clientsOf === undefined ? {} : { requestCert: true, ca: clientsOf };
  const server = createServer({ ...tls, ...mutual }, (socket) => socket.end('well'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port; // a TCP server has one
}

/** The common name that a server shows, once it has said or hung on to something. */
async function shownTo(port: number, options: { readonly ca: string | string[] }): Promise<string> {
  const socket: TLSSocket = connect({ ...options, port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  const name = String(socket.getPeerCertificate().subject.CN);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  // In TLS 1.3 a client hears only now that it was refused.
  await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => Promise.reject(new Error('closed')))]);
  return name;
}
