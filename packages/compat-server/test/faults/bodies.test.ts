import { createServer } from 'node:http';

import { SingleAgent } from '@tako/orchestrators';
import { callTool, say, scriptedProvider } from '@tako/testing';
import { beforeAll, expect, onTestFinished } from 'vitest';

import { raw } from '../raw-request.js';
import { adaToken, hello, oneModel, serving, statusOf } from '../serving.js';
import { fault } from './fault.js';
import { startedServer, type StartedServer } from './started-server.js';

let server: StartedServer;
beforeAll(async () => {
  server = await startedServer(oneModel());
});

const chat = '/v1/chat/completions';
const withBody = (change: object): string => JSON.stringify({ ...hello, ...change });
const repeated = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const messages = (...all: readonly unknown[]): string => withBody({ messages: all });

interface Told {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

async function sent(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + chat, {
    method: 'POST',
    body: body as BodyInit, // bytes are a body too
    headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json', ...headers },
  });
}

/** Each body is refused with 400 in OpenAI's shape, within a second, and the server goes on. */
async function refuses(param: string | RegExp | null, ...bodies: readonly (string | Uint8Array)[]): Promise<void> {
  for (const body of bodies) {
    const shown = String(body).slice(0, 120);
    const startedMs = performance.now();
    const answer = await sent(body);
    expect(answer.status, shown).toBe(400);
    expect(performance.now() - startedMs, shown).toBeLessThan(1_000);
    expect(answer.headers.get('x-request-id'), shown).toMatch(/^req_/);
    const { error } = (await answer.json()) as Told; // the shape that is looked at
    expect(error, shown).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
    if (param instanceof RegExp) expect(error.param, shown).toMatch(param);
    else expect(error.param, shown).toBe(param);
    expect(error.message, shown).not.toMatch(/\n\s+at |file:|node:/);
  }
  await server.serves();
}

fault('1a', 'a body that is no JSON', () =>
  refuses(null, '{', '', '{"model":', "{'model':1}", '{"a":1}}', 'undefined', '{"model":"tako",}'),
);

fault('1b', 'JSON that is no object', () => refuses('body', 'null', '[]', '42', '"text"', 'true'));

fault('2a', 'no credential and a broken body', async () => {
  const answer = await sent('{', { authorization: 'Bearer nobody-knows-this-token' });
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

fault('3a', 'a content type that is not exactly JSON in UTF-8', async () => {
  const types = ['text/plain', 'application/json garbage', 'application/json\tx', 'application/json; charset=utf-16'];
  for (const type of [...types, 'multipart/form-data; boundary=x', 'application/jsonp', 'application/problem+json'])
    expect((await sent(JSON.stringify(hello), { 'content-type': type })).status, type).toBe(415);
  const bare = `POST ${chat} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${adaToken}\r\nConnection: close\r\n`;
  for (const more of ['', 'Content-Type: application/json\r\nContent-Type: text/plain\r\n'])
    expect(statusOf(await raw(server.url, `${bare}${more}Content-Length: 2\r\n\r\n{}`))).toBe(415);
  await server.serves();
});

fault('4a', 'a body that is announced to be too large', async () => {
  const body = JSON.stringify(hello);
  const { ask } = await serving(oneModel(), { limits: { maxBodyBytes: body.length } });
  expect((await ask(chat, body)).status).toBe(200);
  const refused = await ask(chat, `${body} `);
  expect([refused.status, refused.headers.get('connection')]).toEqual([413, 'close']);
});

fault('4b', 'a body in chunks that grows too large', async () => {
  const { url } = await serving(oneModel(), { limits: { maxBodyBytes: 1_000 } });
  const head = `POST ${chat} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${adaToken}\r\nContent-Type: application/json\r\n`;
  const chunk = `400\r\n${' '.repeat(1_024)}\r\n`;
  expect(statusOf(await raw(url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`))).toBe(413);
});

fault('5a', 'a picture of 40 megabytes, where that is allowed', async () => {
  const { ask } = await serving(oneModel(), { limits: { maxBodyBytes: 64 * 1024 * 1024 } });
  const url = `data:image/png;base64,${'A'.repeat(40_000_000)}`;
  const picture = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
  expect((await ask(chat, { ...hello, messages: [picture] })).status).toBe(200);
});

fault('6a', 'a hundred thousand levels', () => refuses(null, '['.repeat(100_000), '{"a":'.repeat(100_000)));

fault('7a', 'keys that reach into prototypes', async () => {
  await refuses(
    null,
    '{"model":"tako","__proto__":{"polluted":1}}',
    '{"model":"tako","metadata":{"\\u005f_proto__":{"polluted":1}}}',
    '{"model":"tako","messages":[{"role":"user","content":"x","__proto__":{"polluted":1}}]}',
  );
  const harmless = withBody({ metadata: { constructor: 'x' }, toString: 'x', hasOwnProperty: 1 });
  expect((await sent(harmless)).status).toBe(200);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

fault('8a', 'a key that comes twice, or in other letters', async () => {
  const models = { ...oneModel(), secret: scriptedProvider([]) };
  const { ask } = await serving(models, { grants: (_, id) => id !== 'secret' });
  const body = (first: string, last: string): string =>
    `{"model":"${first}","model":"${last}","Model":"secret","MODEL":"secret","messages":[{"role":"user","content":"x"}]}`;
  expect((await ask(chat, body('secret', 'tako'))).status).toBe(200);
  expect((await ask(chat, body('tako', 'secret'))).status).toBe(404);
});

fault('9a', 'a hundred thousand keys that look like numbers', () =>
  refuses(null, `{${Array.from({ length: 100_000 }, (_, at) => `"${at * 65_537}":1`).join()}}`),
);

fault('10a', 'bytes that are no UTF-8', () =>
  refuses(
    null,
    new Uint8Array([0x22, 0xff, 0x22]),
    new Uint8Array([0x22, 0xc0, 0xaf, 0x22]),
    new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from(JSON.stringify(hello), 'utf16le'),
    `\ufeff${JSON.stringify(hello)}`,
  ),
);

fault('10b', 'half a character, spelt out', async () => {
  const echo = scriptedProvider(({ messages: all }) => [say(JSON.stringify(all).slice(0, 60))]);
  const { ask } = await serving({ tako: echo });
  const answer = await ask(chat, '{"model":"tako","messages":[{"role":"user","content":"a\\ud83d"}]}');
  expect(answer.status).toBe(200);
  // A half that was written as it is would have become a mark of replacement, or no UTF-8 at all.
  const said = new TextDecoder('utf-8', { fatal: true }).decode(await answer.arrayBuffer());
  expect(said).toContain('a\\\\ud83d');
  expect(said).not.toContain('\ufffd');
});

fault('11a', 'numbers that cannot be meant', async () => {
  await refuses('max_tokens', ...[-1, 1.5, '10', [], 0].map((max_tokens) => withBody({ max_tokens })));
  await refuses('max_tokens', JSON.stringify(hello).replace('{', '{"max_tokens":1e309,'));
  await refuses('temperature', ...['1', 'NaN', [], {}].map((temperature) => withBody({ temperature })));
  await refuses(null, JSON.stringify(hello).replace('{', '{"temperature":NaN,'));
});

fault('12a', 'a million messages', async () => {
  await refuses('messages', withBody({ messages: repeated(10_001, { role: 'user', content: 'x' }) }));
  const million = withBody({ messages: repeated(1_000_000, { role: 'user', content: 'x' }) });
  expect((await sent(million)).status).toBe(413);
  const { ask } = await serving(oneModel(), { limits: { maxBodyBytes: 64 * 1024 * 1024 } });
  expect((await ask(chat, million)).status).toBe(400);
});

fault('12b', 'ten thousand tools', () =>
  refuses('tools', withBody({ tools: Array.from({ length: 1_000 }, (_, at) => tool(`t${at}`)) })),
);

fault('12c', 'a tool whose name is no name', () =>
  refuses(
    'tools[0]',
    ...['x'.repeat(65_536), '../x', '', 'a b', 'ä', '<script>'].map((name) => withBody({ tools: [tool(name)] })),
  ),
);

fault('12d', 'a schema that points elsewhere, or to itself', async () => {
  let fetched = 0;
  const elsewhere = createServer((_request, response) => {
    fetched++;
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void elsewhere.close());
  const address = elsewhere.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  for (const $ref of [`http://127.0.0.1:${port}/schema`, '#', '#/$defs/x']) {
    const parameters = { type: 'object', properties: { a: { $ref } }, $defs: { x: { $ref: '#/$defs/x' } } };
    expect((await sent(withBody({ tools: [tool('look', parameters)] }))).status, $ref).toBe(200);
  }
  expect(fetched).toBe(0);
});

fault('12e', 'a name of five megabytes in a field that is wrong', async () => {
  const answer = await sent(withBody({ metadata: { ['k'.repeat(5_000_000)]: 7 } }));
  expect(answer.status).toBe(400);
  const told = await answer.text();
  expect(told).toContain('"param":"metadata.kkk');
  expect(told.length).toBeLessThan(1_000);
  await server.serves();
});

fault('13a', 'too many stops, answers or biases', async () => {
  await refuses('stop', withBody({ stop: repeated(1_000, 'x') }));
  await refuses('n', withBody({ n: 1_000 }));
  await refuses(
    'logit_bias',
    withBody({ logit_bias: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [at, 1])) }),
  );
});

fault('14a', 'a role that there is not', () => refuses('messages[0].role', messages({ role: 'wizard', content: 'x' })));

fault('14b', 'a tool result without its call', () =>
  refuses(
    /^messages\[\d\]/,
    messages({ role: 'tool', content: 'x' }),
    messages({ role: 'user', content: 'x' }, { role: 'tool', tool_call_id: 'c1', content: 'x' }),
  ),
);

fault('14c', 'tool calls that nobody answers', () =>
  refuses(
    /^messages\[\d\]/,
    messages(
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }] },
      { role: 'user', content: 'y' },
    ),
  ),
);

fault('14d', 'a conversation without messages', () => refuses('messages', messages()));

fault('15a', 'a pattern that takes for ever', async () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string', pattern: '^(a+)+$' } },
    additionalProperties: false,
  };
  const startedMs = performance.now();
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const content = `${'a'.repeat(60)}!`;
  expect((await sent(withBody({ response_format, messages: [{ role: 'user', content }] }))).status).toBe(200);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

fault('15b', 'a pattern that takes for ever, in a tool of a client of an agent', async () => {
  const provider = scriptedProvider(() => [callTool('look', { a: `${'a'.repeat(60)}!` })]);
  const { ask } = await serving({ tako: new SingleAgent({ provider }) });
  for (const pattern of ['^(a+)+$', '^(a|a)+$', 'a*a*a*a*a*b']) {
    const parameters = { type: 'object', properties: { a: { type: 'string', pattern } } };
    const startedMs = performance.now();
    const answer = await ask(chat, { ...hello, tools: [tool('look', parameters)] });
    expect([answer.status, performance.now() - startedMs < 2_000], pattern).toEqual([200, true]);
    expect(await answer.text(), pattern).toContain('"finish_reason":"tool_calls"');
  }
});

fault('16a', 'texts that look like templates or types', async () => {
  const seen = scriptedProvider(() => [say('Hi')]);
  const { ask } = await serving({ tako: seen });
  const content = '{"lc":1,"type":"constructor","$type":"x"} {{7*7}} ${env:HOME} <%= x %>';
  expect((await ask(chat, { ...hello, messages: [{ role: 'user', content }] })).status).toBe(200);
  expect(JSON.stringify(seen.calls[0]?.request)).toContain(JSON.stringify(content).slice(1, -1));
});

fault('17a', 'a body of the other API', () => refuses('input', '{"model":"tako","input":"Hi"}'));

function tool(name: string, parameters: object = { type: 'object' }): object {
  return { type: 'function', function: { name, parameters } };
}
