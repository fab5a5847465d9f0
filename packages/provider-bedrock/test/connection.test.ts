import { execFile } from 'node:child_process';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { call, chat, collect, Secret, user, type ChatRequest, type Credential } from '@tako/core';
import { bedrock, type BedrockOptions } from '@tako/provider-bedrock';
import { loopbackServer, type LoopbackServer } from '@tako/testing/loopback';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { answerBedrock, converseAnswer, streamFrames, textFrames } from './answers.js';
import { exception } from './event-stream.js';

const question: ChatRequest = { messages: [user('Well?')] };
const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const region = 'eu-central-1';

// The SDK's own chain reads the process's environment: nothing of the machine's may be found by it.
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
});
afterEach(() => vi.unstubAllEnvs());

function sayHi(): Promise<LoopbackServer> {
  return loopbackServer((response, { url }) =>
    url.endsWith('/converse')
      ? answerBedrock(response, 200, converseAnswer('Hi'))
      : streamFrames(response, textFrames('Hi')),
  );
}

function authorizations({ requests }: LoopbackServer): (string | undefined)[] {
  return requests.map(({ headers }) => headers['authorization']);
}

test('an API key is read at each call, whatever holds it', async () => {
  await using server = await sayHi();
  let rotated = 0;
  const credentials: readonly Credential[] = [
    'plain',
    new Secret('secret'),
    '$ENV:MY_KEY',
    async () => `rotated-${++rotated}`,
  ];
  for (const apiKey of credentials) {
    const provider = bedrock({ model, region, apiKey, endpointUrl: server.url, environment: { MY_KEY: 'from-env' } });
    await chat(provider, question);
    await collect(provider.stream(question, call()));
  }
  expect(authorizations(server)).toEqual(
    ['plain', 'plain', 'secret', 'secret', 'from-env', 'from-env', 'rotated-1', 'rotated-2'].map(
      (key) => `Bearer ${key}`,
    ),
  );
});

test('the key of the environment is taken where nothing else is given, and only there', async () => {
  await using server = await sayHi();
  const environment = { AWS_BEARER_TOKEN_BEDROCK: 'env-key' };
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'process-key');
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'never-sent' };
  const all: Partial<BedrockOptions>[] = [{ environment }, {}, { credentials }, { environment, apiKey: 'option' }];
  for (const options of all) {
    await chat(bedrock({ model, region, endpointUrl: server.url, ...options } as BedrockOptions), question);
  }
  const [byEnvironment, byProcess, signed, byOption] = authorizations(server);
  expect([byEnvironment, byProcess, byOption]).toEqual(['Bearer env-key', 'Bearer process-key', 'Bearer option']);
  expect(signed).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request/);
});

test('credentials sign each request, and are read at each call', async () => {
  await using server = await sayHi();
  let rotated = 0;
  const credentials = {
    accessKeyId: () => `AKID${++rotated}`,
    secretAccessKey: '$ENV:MY_SECRET',
    sessionToken: new Secret('session-1'),
  };
  const provider = bedrock({
    model,
    region,
    credentials,
    endpointUrl: server.url,
    environment: { MY_SECRET: 'never-sent' },
  });
  for (let at = 0; at < 3; at++) await collect(provider.stream(question, call()));
  const ids = authorizations(server).map((header) => /Credential=(\w+)\//.exec(header ?? '')?.[1]);
  expect(new Set(ids).size).toBe(3);
  expect(server.requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual(Array(3).fill('session-1'));
  expect(JSON.stringify(server.requests)).not.toContain('never-sent');
});

test('a provider of credentials is asked as its expiration says', async () => {
  await using server = await sayHi();
  let asked = 0;
  const credentials = async (): Promise<{ accessKeyId: string; secretAccessKey: string; expiration: Date }> => {
    asked++;
    return { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's', expiration: new Date(Date.now() + 3_600_000) };
  };
  const provider = bedrock({ model, region, credentials, endpointUrl: server.url });
  for (let at = 0; at < 3; at++) await chat(provider, question);
  expect([asked, server.requests.length]).toEqual([1, 3]);
});

test('without credentials nothing is sent, and the error says what to pass', async () => {
  await using server = await sayHi();
  const provider = bedrock({ model, region, endpointUrl: server.url });
  await expect(collect(provider.stream(question, call()))).rejects.toMatchObject({
    code: 'auth',
    retryable: false,
    message: expect.stringContaining('no AWS credentials were found'),
  });
  expect(server.connections).toBe(0);
});

test('a profile that does not exist is no way around', async () => {
  await using server = await sayHi();
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'process-key');
  const provider = bedrock({ model, region, profile: 'nobody', endpointUrl: server.url });
  await expect(chat(provider, question)).rejects.toMatchObject({ code: 'auth' });
  expect(server.connections).toBe(0);
});

test('without a region nothing is sent', async () => {
  await using server = await sayHi();
  const provider = bedrock({ model, apiKey: 'k', endpointUrl: server.url });
  await expect(chat(provider, question)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('region'),
  });
  expect(server.connections).toBe(0);
});

test('an endpoint in the environment is not followed, the region is', async () => {
  await using elsewhere = await sayHi();
  vi.stubEnv('AWS_ENDPOINT_URL', elsewhere.url);
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', elsewhere.url);
  vi.stubEnv('AWS_REGION', 'ap-southeast-2');
  const urls: string[] = [];
  const provider = bedrock({
    model,
    apiKey: 'k',
    fetch: async (url) => {
      urls.push(url);
      return new Response(JSON.stringify(converseAnswer('Hi')), { headers: { 'content-type': 'application/json' } });
    },
  });
  await chat(provider, question);
  expect(urls).toEqual([
    'https://bedrock-runtime.ap-southeast-2.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
  ]);
  expect(elsewhere.connections).toBe(0);
});

test('ids of inference profiles and ARNs arrive as they are', async () => {
  await using server = await sayHi();
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  for (const id of [`eu.${model}`, arn]) {
    const provider = bedrock({ model: id, region, apiKey: 'k', endpointUrl: server.url });
    expect(provider.id).toBe(`bedrock:${id}`);
    await chat(provider, question);
  }
  expect(server.requests.map(({ url }) => decodeURIComponent(url))).toEqual([
    `/model/eu.${model}/converse`,
    `/model/${arn}/converse`,
  ]);
});

test('headers are laid over our own, signed or not', async () => {
  await using server = await sayHi();
  const headers = { 'X-Mine': '1', Authorization: 'Custom k' };
  await chat(bedrock({ model, region, apiKey: 'k', endpointUrl: server.url, headers }), question);
  expect(server.requests[0]?.headers).toMatchObject({ 'x-mine': '1', authorization: 'Custom k' });
});

test.each([
  ['credentials', { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }],
  ['a profile', { profile: 'p' }],
])('an API key beside %s is refused at once', (_, options) => {
  expect(() => bedrock({ model, apiKey: 'k', ...options })).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a model without a name is refused at once', () => {
  expect(() => bedrock({ model: '' })).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('connections serve call after call, also where the end of a body comes late', async () => {
  await using server = await loopbackServer((response) => {
    streamFrames(response, textFrames('Hi'), true);
    setImmediate(() => response.end());
  });
  const provider = bedrock({ model, region, apiKey: 'k', endpointUrl: server.url });
  for (let at = 0; at < 10; at++) await collect(provider.stream(question, call()));
  expect(server.connections).toBeLessThan(4); // the platform's pool may open a second one while it takes the first one back
});

test('a body that never ends after its last event does not hold up the answer', async () => {
  let closed: () => void = () => undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  await using server = await loopbackServer((response) => {
    response.on('close', closed);
    streamFrames(response, textFrames('Hi'), true);
  });
  const provider = bedrock({ model, region, apiKey: 'k', endpointUrl: server.url });
  expect((await collect(provider.stream(question, call()))).finishReason).toBe('stop');
  await closing;
});

test('a model that cannot stream is asked for the whole answer, and told as a stream', async () => {
  await using server = await sayHi();
  const capabilities = { streaming: 'no' as const };
  const provider = bedrock({ model, region, apiKey: 'k', endpointUrl: server.url, capabilities });
  const { message, requestId } = await collect(provider.stream(question, call()));
  expect([message.content, requestId]).toEqual([[{ type: 'text', text: 'Hi' }], 'req-1']);
  expect(server.requests[0]?.url).toMatch(/\/converse$/);
});

test('a ready client sends by its own handler, HTTP/2 here, and its retries stay off', async () => {
  const paths: unknown[] = [];
  let frames: Uint8Array[] | undefined = textFrames('Hi');
  const server = createServer((request, response) => {
    paths.push(request.headers[':path']);
    request.resume();
    if (frames === undefined) {
      response.writeHead(503, { 'x-amzn-errortype': 'ServiceUnavailableException', 'retry-after': '3' });
      response.end('{"message":"Busy."}');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.end(Buffer.concat(frames));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const client = new BedrockRuntimeClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' },
    maxAttempts: 5,
  });
  try {
    const provider = bedrock({ model, client });
    expect((await collect(provider.stream(question, call()))).message.content).toEqual([{ type: 'text', text: 'Hi' }]);
    frames = undefined;
    await expect(collect(provider.stream(question, call()))).rejects.toMatchObject({
      code: 'overloaded',
      status: 503,
      retryAfterMs: 3_000,
    });
    frames = [exception('throttlingException', { message: 'Slow down.' })];
    await expect(collect(provider.stream(question, call()))).rejects.toMatchObject({ code: 'rate_limited' });
    expect(paths).toHaveLength(3);
  } finally {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('importing the package and making a provider does not load the SDK', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
    const { bedrock } = await import('@tako/provider-bedrock');
    bedrock({ model: 'm' });
    console.log(JSON.stringify(loaded.filter((name) => /aws|smithy|safe-fetch/.test(name))));
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
  });
  expect((await run).stdout.trim()).toBe('[]');
});
