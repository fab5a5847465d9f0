import { createServer } from 'node:http';

import { fail, say, scriptedProvider } from '@tako/testing';
import { SingleAgent } from '@tako/orchestrators';
import { expect, onTestFinished } from 'vitest';

import { jsonLines, serveOpenAI } from '../../src/index.js';
import { raw } from '../raw-request.js';
import { adaToken, hello, oneModel, serving, statusOf } from '../serving.js';
import { fault } from './fault.js';

const chat = '/v1/chat/completions';
const bearer = `Authorization: Bearer ${adaToken}\r\n`;
const get = (path: string, headers: string): string => `GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;

fault('26a', 'a host that is missing, twice there, or no host', async () => {
  const { url } = await serving(oneModel());
  const hosts = [
    '',
    'Host: a\r\nHost: b\r\n',
    'Host: a/?x=\r\n',
    'Host: localhost:x\r\n',
    'Host: a b\r\n',
    'Host:\r\n',
  ];
  for (const host of hosts) {
    const answer = await raw(url, get('/v1/models', host + bearer));
    expect(statusOf(answer), host).toBe(400);
    expect(answer, host).toMatch(/x-request-id: req_[^]*"code":"invalid_host"/);
  }
});

fault('27a', 'forwarding headers of a stranger', async () => {
  const { ask, log } = await serving(oneModel());
  const forwarded = { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'https', forwarded: 'for=10.0.0.1' };
  expect((await ask('/v1/models', undefined, { ...forwarded, 'x-forwarded-host': 'evil.example' })).status).toBe(200);
  expect(JSON.stringify(log)).not.toMatch(/10\.0\.0\.1|evil/);
});

fault('31a', 'a page of another origin', async () => {
  const { ask } = await serving(oneModel());
  const origin = 'https://evil.example';
  const answer = await ask(chat, hello, { origin });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  expect((await ask(chat, JSON.stringify(hello), { 'content-type': 'text/plain' })).status).toBe(415);
});

fault('31b', 'two origins, or one that is only like an allowed one', async () => {
  const { url } = await serving(oneModel(), { cors: { origins: ['https://app.example'] } });
  for (const origins of [
    ['https://app.example', 'https://app.example'],
    ['https://app.example', 'https://evil.example'],
    ['https://app.example.evil.example'],
    ['http://app.example'],
    ['https://app.example:8443'],
    ['https://APP.example'],
    ['null'],
    [''],
  ]) {
    const lines = origins.map((origin) => `Origin: ${origin}\r\n`).join('');
    const answer = await raw(url, get('/v1/models', `Host: localhost\r\n${lines}${bearer}`));
    expect(statusOf(answer), lines).toBe(403);
    expect(answer, lines).not.toMatch(/access-control-allow-origin/i);
  }
});

fault('32a', 'a name that was made to point here', async () => {
  const { url } = await serving(oneModel());
  for (const host of ['attacker.test', '127.0.0.1.nip.io', 'localhost.evil.example'])
    expect(statusOf(await raw(url, get('/v1/models', `Host: ${host}\r\n${bearer}`))), host).toBe(421);
});

fault('33a', 'a preflight of another origin', async () => {
  const { url } = await serving(oneModel(), { cors: { origins: ['https://app.example'] } });
  const preflight = (origin: string): Promise<Response> =>
    fetch(url + chat, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
        'access-control-request-private-network': 'true',
      },
    });
  expect((await preflight('https://evil.example')).status).toBe(403);
  const good = await preflight('https://app.example');
  expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example']);
  expect(good.headers.get('access-control-allow-credentials')).toBeNull();
});

fault('34a', 'every address, and nobody asked who calls', async () => {
  for (const host of ['0.0.0.0', '::', 'example.com'])
    await expect(serveOpenAI(oneModel(), { host, insecureDev: true })).rejects.toMatchObject({ code: 'invalid' });
  await expect(serveOpenAI(oneModel(), {})).rejects.toMatchObject({ code: 'invalid' });
});

fault('68a', 'a model that is not there, or not for this caller', async () => {
  const { ask } = await serving(
    { ...oneModel(), secret: scriptedProvider([]) },
    { grants: (_, id) => id !== 'secret' },
  );
  const odd = [
    '../../x',
    '%2e%2e',
    '__proto__',
    'constructor',
    'toString',
    '',
    'x'.repeat(10_000),
    '\u202etako',
    'tako\u200b',
    'http://x',
    'a\r\nb',
  ];
  const said = async (model: string): Promise<[number, unknown]> => {
    const answer = await ask(chat, { ...hello, model });
    return [answer.status, await answer.json()];
  };
  const secret = await said('secret');
  expect(secret).toMatchObject([404, { error: { code: 'model_not_found', param: 'model' } }]);
  for (const model of odd) expect(await said(model), model.slice(0, 20)).toEqual(secret);
});

fault('69a', 'the page of a model, by an id that is encoded, or not readable', async () => {
  const model = scriptedProvider([]);
  const { ask } = await serving(
    new Map([
      ['tako/agent:1', model],
      ['secret', model],
    ]),
    { grants: (_, id) => id !== 'secret' },
  );
  const status = async (path: string): Promise<number> => (await ask(`/v1/models/${path}`)).status;
  expect([await status('tako%2Fagent%3A1'), await status('secret'), await status('%E0%A4%A')]).toEqual([200, 404, 400]);
  expect(await (await ask('/v1/models')).text()).not.toContain('secret');
});

fault('70a', 'addresses in a request', async () => {
  let hits = 0;
  const canary = createServer((_request, response) => {
    hits++;
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void canary.close());
  const address = canary.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider, agent: new SingleAgent({ provider }) });
  const urls = ['127.0.0.1', 'localhost.', '[::ffff:7f00:1]', '2130706433', '0x7f.1'].map(
    (host) => `http://${host}:${port}/x.png`,
  );
  for (const url of [...urls, 'http://a:b@127.0.0.1/'])
    for (const model of ['tako', 'agent']) {
      const content = [{ type: 'image_url', image_url: { url } }];
      expect((await ask(chat, { ...hello, model, messages: [{ role: 'user', content }] })).status, url).toBe(200);
      expect(provider.requests.at(-1)?.messages.at(-1)?.content, url).toMatchObject([{ type: 'image_url', url }]);
    }
  const tools = [{ type: 'mcp', server_label: 'x', server_url: `http://127.0.0.1:${port}/mcp` }];
  const answer = await ask('/v1/responses', { model: 'tako', input: 'Hi', tools });
  expect([answer.status, answer.headers.get('x-tako-ignored')]).toEqual([200, 'tools[0]']);
  expect(hits).toBe(0);
});

fault('70b', 'an address of a picture that is none of the web', async () => {
  const provider = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: provider });
  const refusedParam = async (path: string, body: object): Promise<unknown> => {
    const answer = await ask(path, body);
    expect(answer.status).toBe(400);
    return ((await answer.json()) as { error: { param: unknown } }).error.param;
  };
  const schemes = [
    'file:///etc/passwd',
    'FILE:/etc/passwd',
    'ftp://h/x.png',
    'gopher://127.0.0.1',
    'gs://bucket/x.png',
  ];
  for (const url of [
    ...schemes,
    'javascript:alert(1)',
    'data:text/html,<script>',
    '//h/x.png',
    '/etc/passwd',
    ' ',
    '',
  ]) {
    const asked = [{ type: 'text', text: 'What is this?' }];
    const content = [...asked, { type: 'image_url', image_url: { url } }];
    const chatBody = { ...hello, messages: [hello.messages[0], { role: 'user', content }] };
    expect(await refusedParam(chat, chatBody), url).toBe('messages[1].content[1].image_url.url');

    const image = { type: 'input_image', image_url: url };
    const shown = { model: 'tako', input: [{ role: 'user', content: [image] }] };
    expect(await refusedParam('/v1/responses', shown), url).toBe('input[0].content[0].image_url');
    const called = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'c1', output: [image] };
    const found = { model: 'tako', input: [called, output] };
    expect(await refusedParam('/v1/responses', found), url).toBe('input[1].output[0].image_url');
  }
  expect(provider.requests).toEqual([]);
});

fault('71a', 'a request id that could do harm', async () => {
  const { url, log } = await serving(oneModel());
  for (const id of ['<script>', 'x'.repeat(65), 'a b', '\u001b[31m', 'é']) {
    const answer = await raw(url, get('/v1/models', `Host: localhost\r\nx-request-id: ${id}\r\n${bearer}`));
    expect(answer, id).not.toContain(id);
    // Some are no header at all: then there is no request that could have an id.
    expect(answer, id).toMatch(/\r\nx-request-id: req_[\da-f-]{36}\r\n/);
  }
  const two = await raw(url, get('/v1/models', `Host: localhost\r\nx-request-id: a\r\nx-request-id: b\r\n${bearer}`));
  expect(two).toMatch(/\r\nx-request-id: req_/);
  const kept = await raw(url, get('/v1/models', `Host: localhost\r\nx-request-id: mine-1.2_3\r\n${bearer}`));
  expect(kept).toContain('x-request-id: mine-1.2_3');
  expect(log.map(({ requestId }) => requestId)).toContain('mine-1.2_3');
});

fault('72a', 'texts that would break a line of the log', async () => {
  const lines: string[] = [];
  const { ask } = await serving(oneModel(), { logger: jsonLines((line) => lines.push(line)) });
  const evil = '\n{"level":"fatal"}\u001b[31m\u202e\u2028\u0000\u061c\u{e0041}\ufff9';
  await ask(`/v1/models/${encodeURIComponent(evil)}?key=${adaToken}`);
  await ask(chat, { ...hello, model: `${evil}\ud800`, user: evil, messages: [{ role: 'user', content: 'my prompt' }] });
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toMatch(/^[\u0020-\u007e]+$/);
    expect(line).not.toMatch(new RegExp(`${adaToken}|my prompt`));
  }
});

fault('73a', 'trace headers that are malformed or huge', async () => {
  const { ask } = await serving(oneModel());
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const tracestate = Array.from({ length: 1_000 }, (_, at) => `v${at}=x`).join();
  for (const headers of [
    { traceparent: 'x' },
    { traceparent: `ff${traceparent.slice(2)}` },
    { traceparent, tracestate },
    { baggage: `a=${'x'.repeat(30_000)}` },
  ] as Record<string, string>[])
    expect((await ask(chat, hello, headers)).status).toBe(200);
});

fault('74a', 'a failure that quotes a key', async () => {
  const key = 'sk-proj-0123456789abcdefghijklmnop';
  const provider = {
    ...scriptedProvider([]),
    stream: () => failing(new Error(`no luck with ${key} at https://u:${key}@x.example`)),
  };
  const { ask, log } = await serving({ tako: provider, agent: new SingleAgent({ provider }) });
  for (const model of ['tako', 'agent']) {
    const answer = await ask(chat, { ...hello, model });
    expect(answer.status, model).toBeGreaterThanOrEqual(500);
    expect(await answer.text(), model).not.toContain(key);
  }
  expect(JSON.stringify(log)).not.toContain(key);
});

async function* failing(error: Error): AsyncGenerator<never> {
  yield* [];
  throw error;
}

fault('74c', 'a failure that tells where vendors are', async () => {
  const key = 'sk-proj-0123456789abcdefghijklmnop';
  const words = `no model at https://u:${key}@models.internal/v1?key=${key}, nor at 10.0.0.7:8080; you said "the prompt of the client"`;
  const messages = [{ role: 'user', content: 'This is the prompt of the client, word for word.' }];
  const codes = ['invalid', 'unsupported', 'context_overflow', 'policy_denied', 'provider'] as const;
  for (const code of codes) {
    const { ask, log } = await serving({ tako: scriptedProvider(() => [fail(code, words)]) });
    const told = await (await ask(chat, { ...hello, messages })).text();
    expect(told, code).not.toMatch(/models\.internal|10\.0\.0\.7|sk-proj/);
    expect(JSON.stringify(log), code).not.toMatch(/sk-proj|word for word/);
    expect(log[0]?.detail, code).toContain('models.internal');
  }
});

fault('72d', 'a key in a path', async () => {
  const { ask, log } = await serving(oneModel());
  await ask('/v1/models/sk-proj-0123456789abcdefghijklmnop');
  expect(JSON.stringify(log)).not.toContain('0123456789abcdef');
});

fault('75a', 'names that would fill the metrics', async () => {
  const { ask } = await serving(oneModel(), { metrics: true, logger: () => undefined });
  for (let at = 0; at < 200; at++) await ask(chat, { ...hello, model: `made-up-${at}`, user: `user-${at}` });
  const text = await (await ask('/metrics')).text();
  expect(text).not.toMatch(/made-up|user-\d/);
  expect(text.split('\n').length).toBeLessThan(60);
});
