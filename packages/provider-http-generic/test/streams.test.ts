import { call, collect, user, type ChatRequest, type ChatResponse } from '@tako/core';
import { httpGeneric, type HttpGenericOptions, type HttpGenericStream } from '@tako/provider-http-generic';
import { describe, expect, test } from 'vitest';

const question: ChatRequest = { messages: [user('Well?')] };

/** What a body comes to, sent as it is. */
async function streamed(
  body: string,
  stream: HttpGenericStream,
  options: Partial<HttpGenericOptions> = {},
): Promise<ChatResponse> {
  const headers = { 'content-type': stream.format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream' };
  const fetch = async (): Promise<Response> => new Response(body, { headers });
  const model = httpGeneric({ model: 'm', url: 'https://inference.example', fetch, stream, ...options });
  return collect(model.stream(question, call()));
}

function lines(...frames: readonly unknown[]): string {
  return frames.map((frame) => `${JSON.stringify(frame)}\n`).join('');
}

function events(...frames: readonly unknown[]): string {
  return frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('');
}

const malformed = { code: 'malformed_response', source: 'http-generic:m' };

describe('the end of a stream', () => {
  const text = { format: 'ndjson', text: '/t' } as const;

  test('where nothing says that it ends, the end of the body does', async () => {
    const { message, finishReason, rawFinishReason } = await streamed(lines({ t: 'a' }, { t: 'b' }), text);
    expect(message.content).toEqual([{ type: 'text', text: 'ab' }]);
    expect([finishReason, rawFinishReason]).toEqual(['stop', undefined]);
  });

  test('[DONE] is no frame, whether it was announced or not', async () => {
    for (const done of [undefined, '[DONE]']) {
      const { finishReason } = await streamed(`${lines({ t: 'a' })}[DONE]\n{"t":"after"}\n`, { ...text, done });
      expect(finishReason).toBe('stop');
    }
  });

  test('another last frame', async () => {
    const body = `${events({ t: 'a' })}data: end of text\n\n`;
    const { message } = await streamed(body, { format: 'sse', text: '/t', done: 'end of text' });
    expect(message.content).toEqual([{ type: 'text', text: 'a' }]);
  });

  test.each<[string, Extract<HttpGenericStream, { format: 'ndjson' | 'sse' }>['done'], unknown]>([
    ['true', { at: '/last' }, { last: true }],
    ['a word', { at: '/state', equals: 'over' }, { state: 'over' }],
    ['null', { at: '/more', equals: null }, { more: null }],
    ['an object', { at: '/s', equals: { a: 1 } }, { s: { a: 1 } }],
  ])('a last frame with %s, which is read too', async (_, done, mark) => {
    const last = { ...Object(mark), t: 'b', u: { in: 1, out: 2 } };
    const usage = { inputTokens: '/u/in', outputTokens: '/u/out' };
    const body = lines({ t: 'a', last: false, state: 'on', more: 1, s: {} }, last, { t: 'never read' });
    const answer = await streamed(body, { ...text, usage, done });
    expect(answer).toMatchObject({
      message: { content: [{ type: 'text', text: 'ab' }] },
      usage: { inputTokens: 1, outputTokens: 2 },
    });
  });

  test('a body without the last frame that it must have has broken off', async () => {
    await expect(streamed(lines({ t: 'a' }), { ...text, done: '[END]' })).rejects.toMatchObject(malformed);
    await expect(streamed(lines({ t: 'a' }), { ...text, done: { at: '/last' } })).rejects.toMatchObject(malformed);
    await expect(streamed(lines({ t: 'a' }), { ...text, finishReason: '/why' })).rejects.toMatchObject(malformed);
    await expect(streamed('', { format: 'openai_sse' })).rejects.toMatchObject(malformed);
  });

  test('a finish reason will do, and what follows it is read', async () => {
    const body = lines({ t: 'a' }, { why: 'length' }, { u: 3 });
    const stream = { ...text, finishReason: '/why', usage: { outputTokens: '/u' }, done: '[END]' };
    expect(await streamed(body, stream)).toMatchObject({ finishReason: 'length', usage: { outputTokens: 3 } });
  });

  test('the last frame without a finish reason where there should be one', async () => {
    const stream = { ...text, finishReason: '/why' };
    expect(await streamed(`${lines({ t: 'a' })}[DONE]`, stream)).toMatchObject({ finishReason: 'other' });
  });

  test('a last line without its end is a line', async () => {
    expect((await streamed('{"t":"a"}\n{"t":"b"}', text)).message.content).toEqual([{ type: 'text', text: 'ab' }]);
  });

  test('nothing at the places that were given is no answer', async () => {
    await expect(streamed(lines({ x: 1 }, { t: 7 }), text)).rejects.toMatchObject(malformed);
    await expect(streamed('', text)).rejects.toMatchObject(malformed);
  });
});

describe('frames', () => {
  const text = { format: 'sse', text: '/t', error: '/oops' } as const;

  test('comments, empty events, other events and frames of other kinds are skipped', async () => {
    const body = `: ping\n\ndata:\n\nevent: meta\n${events({ kind: 'meta' }, null, 7, ['x'], { t: null })}${events({ t: 'a' })}`;
    expect((await streamed(body, text)).message.content).toEqual([{ type: 'text', text: 'a' }]);
  });

  test.each([
    ['a frame that is not JSON', `${events({ t: 'a' })}data: {"t":\n\n`, malformed],
    ['an error at its place', events({ t: 'a' }, { oops: { message: 'full', code: 503 } }), { code: 'overloaded' }],
    [
      'an event called error',
      `${events({ t: 'a' })}event: error\ndata: {"message":"gone"}\n\n`,
      { code: 'provider', excerpt: 'gone' },
    ],
    ['an event called error, not JSON', `event: error\ndata: gone\n\n`, { code: 'provider', excerpt: 'gone' }],
  ])('%s', async (_, body, failure) => {
    await expect(streamed(body, text)).rejects.toMatchObject(failure);
  });

  test('what JSON.parse says of a frame, which quotes it, is not told', async () => {
    const failure = await streamed('data: {"t": the prompt\n\n', text).catch((error: unknown) => error);
    expect(failure).toMatchObject(malformed);
    expect(failure).not.toHaveProperty('cause');
  });

  test('frames can be changed before they are read, in the shape of OpenAI too', async () => {
    const transformResponse = (json: unknown): unknown => Object(json).wrapped;
    const own = await streamed(events({ wrapped: { t: 'a' } }), text, { transformResponse });
    const chunk = { choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] };
    const body = `${events({ wrapped: chunk })}data: [DONE]\n\n`;
    const openai = await streamed(body, { format: 'openai_sse' }, { transformResponse });
    expect([own, openai].map(({ message }) => message.content)).toEqual([
      [{ type: 'text', text: 'a' }],
      [{ type: 'text', text: 'a' }],
    ]);
  });
});

describe('all text so far in each frame', () => {
  const toolCalls = { list: '/calls', name: '/fn', arguments: '/input' };
  const stream = { format: 'ndjson', cumulative: true, text: '/t', reasoning: '/r', toolCalls } as const;

  test('what is new is told', async () => {
    const body = lines({ r: 'H' }, { r: 'Hm', t: 'a' }, { t: 'ab' }, { t: 'ab' }, { t: 'abc', r: 'Hm' }, { t: '' });
    expect((await streamed(body, stream)).message.content).toEqual([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'abc' },
    ]);
  });

  test('calls grow until the end', async () => {
    const body = lines(
      { calls: [{ fn: 'f', input: {} }] },
      {
        calls: [
          { fn: 'f', input: { a: 1 } },
          { fn: 'g', input: '{}' },
        ],
      },
    );
    const { message, finishReason } = await streamed(body, stream);
    expect(message.content).toMatchObject([
      { type: 'tool_call', name: 'f', arguments: '{"a":1}' },
      { type: 'tool_call', name: 'g', arguments: '{}' },
    ]);
    expect(finishReason).toBe('tool_calls');
  });

  test('text that is taken back is malformed', async () => {
    await expect(streamed(lines({ t: 'abc' }, { t: 'abX' }), stream)).rejects.toMatchObject(malformed);
  });
});

describe('tool calls in pieces', () => {
  const pointers = { list: '/calls', id: '/id', name: '/fn', arguments: '/input' };
  const contents = (answer: ChatResponse): unknown => answer.message.content;

  test.each([
    [
      'by number, mixed',
      { ...pointers, index: '/n' },
      [
        { n: 0, id: 'a', fn: 'f' },
        { n: 1, id: 'b', fn: 'g' },
        { n: 0, input: '{"x":' },
        { n: 1, input: '{}' },
        { n: 0, input: '1}' },
      ],
    ],
    [
      'by id',
      pointers,
      [
        { id: 'a', fn: 'f', input: '{"x":' },
        { id: 'b', fn: 'g', input: '{}' },
        { id: 'a', input: '1}' },
      ],
    ],
    [
      'one after the other',
      pointers,
      [{ id: 'a', fn: 'f', input: '{"x":' }, { input: '1}' }, { id: 'b', fn: 'g', input: '{}' }],
    ],
    [
      'whole',
      pointers,
      [
        { id: 'a', fn: 'f', input: { x: 1 } },
        { id: 'b', fn: 'g', input: {} },
      ],
    ],
  ])('%s', async (_, toolCalls, calls) => {
    const body = lines(...calls.map((each) => ({ calls: [each] })));
    expect(contents(await streamed(body, { format: 'ndjson', toolCalls }))).toEqual([
      { type: 'tool_call', id: 'a', name: 'f', arguments: '{"x":1}' },
      { type: 'tool_call', id: 'b', name: 'g', arguments: '{}' },
    ]);
  });

  test('calls without ids get some that differ', async () => {
    const body = lines(
      {
        calls: [
          { fn: 'f', input: {} },
          { fn: 'f', input: {} },
        ],
      },
      { calls: [{ fn: 'f', input: {} }] },
    );
    const { message } = await streamed(body, { format: 'ndjson', toolCalls: pointers });
    const ids = message.content.map((part) => (part.type === 'tool_call' ? part.id : ''));
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  test('what is no call is skipped', async () => {
    const body = lines({ calls: 'none' }, { calls: null }, { calls: { fn: 'f' } }, { calls: [], t: 'a' });
    expect(contents(await streamed(body, { format: 'ndjson', text: '/t', toolCalls: pointers }))).toEqual([
      { type: 'text', text: 'a' },
    ]);
  });
});

test('100 000 frames take linear time', async () => {
  const frames = 100_000;
  const { message } = await streamed(lines({ t: 'a' }).repeat(frames), { format: 'ndjson', text: '/t' });
  expect(message.content).toEqual([{ type: 'text', text: 'a'.repeat(frames) }]);
});

test('a server that streams unasked is read as OpenAI', async () => {
  const chunk = { choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }] };
  const fetch = async (): Promise<Response> =>
    new Response(events(chunk), { headers: { 'content-type': 'text/event-stream' } });
  const model = httpGeneric({ model: 'm', url: 'https://inference.example', fetch });
  expect((await collect(model.stream(question, call()))).message.content).toEqual([{ type: 'text', text: 'a' }]);
});
