import { call, chat, collect, user, type ChatEvent, type ChatRequest, type Provider } from '@tako/core';
import { providerError } from '@tako/core/provider';
import { expect, test } from 'vitest';

import { fakeClock } from '../fake-clock.js';
import { trackedSignal } from '../tracked-signal.js';
import { breakOff, callTool, chunks, fail, finish, pause, say, think, usage } from './script.js';
import { scriptedProvider } from './scripted-provider.js';

const request: ChatRequest = { messages: [user('Hello')] };

async function eventsOf(provider: Provider, options = call()): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of provider.stream(request, options)) events.push(event);
  return events;
}

test('a reply is told part by part, and finishes by itself', async () => {
  const provider = scriptedProvider([
    [
      think('Hm.'),
      say('It '),
      say('rains.'),
      callTool('weather', { city: 'Oslo' }),
      usage({ inputTokens: 3, outputTokens: 4 }),
    ],
  ]);
  expect(await eventsOf(provider)).toEqual([
    { type: 'reasoning_delta', index: 0, text: 'Hm.' },
    { type: 'text_delta', index: 1, text: 'It ' },
    { type: 'text_delta', index: 1, text: 'rains.' },
    { type: 'tool_call_start', index: 2, id: 'call_1', name: 'weather' },
    { type: 'tool_call_delta', index: 2, argumentsDelta: '{"city":"Oslo"}' },
    { type: 'tool_call_end', index: 2, arguments: '{"city":"Oslo"}' },
    { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } },
    { type: 'finish', finishReason: 'tool_calls', usage: { inputTokens: 3, outputTokens: 4 } },
  ]);
});

test('text after a tool call is a part of its own', async () => {
  const provider = scriptedProvider([[say('one'), callTool('noop'), say('two'), finish('length')]]);
  const response = await chat(provider, request);
  expect(response.message.content).toEqual([
    { type: 'text', text: 'one' },
    { type: 'tool_call', id: 'call_1', name: 'noop', arguments: '{}' },
    { type: 'text', text: 'two' },
  ]);
  expect(response.finishReason).toBe('length');
});

test('chunks keep the text and tear no character', async () => {
  const text = 'wave 👋🏽 and 漢字';
  const provider = scriptedProvider([[chunks(text, 7)]]);
  const deltas = (await eventsOf(provider)).filter((event) => event.type === 'text_delta').map((event) => event.text);
  expect(deltas).toHaveLength(7);
  expect(deltas.join('')).toBe(text);
  for (const delta of deltas) expect(delta).not.toMatch(/\p{Surrogate}/u);
});

test('replies come in order, ids of tool calls never repeat, and raw arguments stay as they are', async () => {
  const provider = scriptedProvider([[callTool('a', '{"x":'), callTool('b', '', 'mine')], [callTool('c')]]);
  const first = await chat(provider, request);
  const second = await chat(provider, request);
  expect([...first.message.content, ...second.message.content]).toEqual([
    { type: 'tool_call', id: 'call_1', name: 'a', arguments: '{"x":' },
    { type: 'tool_call', id: 'mine', name: 'b', arguments: '' },
    { type: 'tool_call', id: 'call_2', name: 'c', arguments: '{}' },
  ]);
});

test('a reply can depend on the request', async () => {
  const provider = scriptedProvider(({ messages }) => [say(`${messages.length} messages`)]);
  expect((await chat(provider, { messages: [user('a'), user('b')] })).message.content).toEqual([
    { type: 'text', text: '2 messages' },
  ]);
  provider.assertComplete();
});

test('an error in a script is thrown where it stands, with what came before it', async () => {
  const provider = scriptedProvider([
    [say('Hel'), providerError('overloaded', 'gone')],
    [say('Hel'), fail('rate_limited', 'slow down')],
    [fail(new TypeError('not ours'))],
  ]);
  await expect(eventsOf(provider)).rejects.toMatchObject({
    code: 'overloaded',
    partial: { content: [{ type: 'text', text: 'Hel' }] },
  });
  await expect(eventsOf(provider)).rejects.toMatchObject({ code: 'rate_limited', message: 'slow down' });
  await expect(eventsOf(provider)).rejects.toThrow(TypeError);
});

test('a stream can end without its finish', async () => {
  const provider = scriptedProvider([[say('Hel'), breakOff()]]);
  expect(await eventsOf(provider)).toEqual([{ type: 'text_delta', index: 0, text: 'Hel' }]);
});

test('nothing happens before the first event is asked for', () => {
  const provider = scriptedProvider([[say('Hello')]]);
  provider.stream(request, call());
  expect(provider.calls).toHaveLength(0);
});

test('pauses wait on the given clock', async () => {
  const clock = fakeClock();
  const provider = scriptedProvider([[say('a'), pause(50), chunks('bc', 2, 10)]], { clock });
  const heard: string[] = [];
  const listening = (async () => {
    for await (const event of provider.stream(request, call()))
      heard.push(event.type === 'text_delta' ? event.text : event.type);
  })();

  await clock.advance(49);
  expect(heard).toEqual(['a']);
  await clock.advance(1);
  expect(heard).toEqual(['a', 'b']);
  await clock.advance(10);
  await listening;
  expect(heard).toEqual(['a', 'b', 'c', 'finish']);
  expect(clock.timers).toBe(0);
});

test('an abort while an event is held is thrown at the next one', async () => {
  const tracked = trackedSignal();
  const provider = scriptedProvider([[chunks('Hello', 5)]]);
  const heard: ChatEvent[] = [];
  const listening = (async () => {
    for await (const event of provider.stream(request, call({ signal: tracked.signal }))) {
      heard.push(event);
      tracked.abort('enough');
    }
  })();

  await expect(listening).rejects.toMatchObject({
    code: 'cancelled',
    cause: 'enough',
    partial: { content: [{ type: 'text', text: 'H' }] },
  });
  expect(heard).toHaveLength(1);
});

test.each([1_000, Infinity])('an abort ends a pause of %d ms, and leaves no listener and no timer', async (ms) => {
  const tracked = trackedSignal();
  const clock = fakeClock();
  const provider = scriptedProvider([[pause(ms)]], { clock });
  const failure = collect(provider.stream(request, call({ signal: tracked.signal }))).catch((error: unknown) => error);
  await clock.advance(10);
  expect(tracked.listeners).toBe(1);

  tracked.abort('enough');
  expect(await failure).toMatchObject({ code: 'cancelled', cause: 'enough' });
  expect(tracked.listeners).toBe(0);
  expect(clock.timers).toBe(0);
});

test('a call whose signal has aborted takes no reply', async () => {
  const provider = scriptedProvider([[say('a')]]);
  const stream = provider.stream(request, call({ signal: AbortSignal.abort('early') }));
  await expect(collect(stream)).rejects.toMatchObject({ code: 'cancelled', cause: 'early' });
  expect(provider.calls).toHaveLength(0);
});

test('a pause that ends by itself leaves no listener', async () => {
  const tracked = trackedSignal();
  const clock = fakeClock();
  const listening = eventsOf(scriptedProvider([[pause(5)]], { clock }), call({ signal: tracked.signal }));
  await clock.advance(5);
  await listening;
  expect(tracked.listeners).toBe(0);
});

test('requests are kept as they were, though the caller goes on with its list', async () => {
  const provider = scriptedProvider([[say('a')], [say('b')]]);
  const messages = [user('one')];
  await chat(provider, { messages });
  messages.push(user('two'));
  await chat(provider, { messages });
  expect(provider.requests.map((kept) => kept.messages.length)).toEqual([1, 2]);
});

test('keepCalls: false keeps nothing and still counts', async () => {
  const provider = scriptedProvider([[say('a')]], { keepCalls: false });
  await chat(provider, request);
  expect(provider.calls).toHaveLength(0);
  provider.assertComplete();
});

test('assertComplete tells of replies left over and of calls without one', async () => {
  const provider = scriptedProvider([[say('a')], [say('b')]]);
  await chat(provider, request);
  expect(() => provider.assertComplete()).toThrow('1 of 2 replies were not asked for');
  await chat(provider, request);
  provider.assertComplete();
  await expect(collect(provider.stream(request, call()))).rejects.toMatchObject({ code: 'invalid', retryable: false });
  expect(() => provider.assertComplete()).toThrow('1 calls found no reply');
});

test('events that stand in a script are told as they are', async () => {
  const start: ChatEvent = { type: 'start', requestId: 'req_1' };
  const provider = scriptedProvider([[start, say('a'), finish('stop'), finish('stop')]]);
  expect(await eventsOf(provider)).toEqual([
    start,
    { type: 'text_delta', index: 0, text: 'a' },
    { type: 'finish', finishReason: 'stop' },
    { type: 'finish', finishReason: 'stop' },
  ]);
});
