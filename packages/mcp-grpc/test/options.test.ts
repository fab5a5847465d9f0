import { expect, test } from 'vitest';

import { McpGrpc } from '../src/index.js';

const pem = { clientCert: 'pem', clientKey: 'pem' };

test.each<[string, object]>([
  ['no address', { url: 'mcp.example:50051' }],
  ['another scheme', { url: 'grpc://mcp.example:50051' }],
  ['a password in the address', { url: 'https://user:pass@mcp.example' }],
  ['a path', { url: 'https://mcp.example/mcp' }],
  ['a query', { url: 'https://mcp.example/?a=b' }],
  ['a fragment', { url: 'https://mcp.example/#there' }],
  ['an unknown service', { service: 'model_context_protocol' }],
  ['a service by a name that all objects have', { service: 'constructor' }],
  ['an authority twice', { ca: 'pem', caPath: '/pem' }],
  ['a certificate twice', { ...pem, clientCertPath: '/pem' }],
  ['a key twice', { ...pem, clientKeyPath: '/pem' }],
  ['a certificate without a key', { clientCert: 'pem' }],
  ['the path of a certificate without a key', { clientCertPath: '/pem' }],
  ['a key without a certificate', { clientKey: 'pem' }],
  ['the path of a key without a certificate', { clientKeyPath: '/pem' }],
  ['an authority without TLS', { url: 'http://mcp.example', ca: 'pem' }],
  ['the path of an authority without TLS', { url: 'http://mcp.example', caPath: '/pem' }],
  ['a certificate without TLS', { url: 'http://mcp.example', ...pem }],
  ['a server name without TLS', { url: 'http://mcp.example', serverName: 'mcp.example' }],
  ['no time to connect', { handshakeTimeoutMs: 0 }],
  ['no time between signs of life', { keepAliveIntervalMs: -1 }],
  ['a time that is no number', { keepAliveTimeoutMs: Number.NaN }],
  ['a grace below nothing', { graceMs: -1 }],
  ['no room for a message', { maxMessageBytes: 0 }],
])('%s is refused when the object is made', (_name, options) => {
  const make = () => new McpGrpc({ url: 'https://mcp.example:50051', ...options });
  expect(make).toThrowError(expect.objectContaining({ code: 'invalid' }) as Error);
});

test('files may stand beside what is given inline, and nothing is read when the object is made', () => {
  const options = { caPath: '/no/such/file', clientCert: 'pem', clientKeyPath: '/no/such/file' };
  expect(new McpGrpc({ url: 'https://mcp.example:50051', ...options }).name).toBe('mcp.example:50051');
  const unset = { ca: undefined, caPath: undefined, serverName: undefined };
  expect(new McpGrpc({ url: 'http://mcp.example', ...unset }).name).toBe('mcp.example');
});
