import type { HttpRequest, HttpResponse, HttpTransport } from '@tako/core';
import { fakeClock, type FakeClock } from '@tako/testing';
import { expect, test } from 'vitest';

import { sendWithin } from './connect-limit.js';

const answer: HttpResponse = { status: 200, headers: {}, body: (async function* () {})() };

/** A server whose answers the test gives. */
class Server implements HttpTransport {
  readonly asked: HttpRequest[] = [];
  readonly #answers = new Map<string, (answer: HttpResponse | Error) => void>();

  send(request: HttpRequest): Promise<HttpResponse> {
    this.asked.push(request);
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason));
      this.#answers.set(request.method, (given) => (given instanceof Error ? reject(given) : resolve(given)));
    });
  }

  say(method: string, given: HttpResponse | Error): void {
    this.#answers.get(method)?.(given);
  }
}

function ask(server: HttpTransport, clock: FakeClock, connectMs = 30_000, signal = new AbortController().signal) {
  const limit = { connectMs, clock, source: 'ollama:m', probeUrl: 'http://here/api/version' };
  const sent = sendWithin(limit, server, { method: 'POST', url: 'http://here/api/chat', headers: {}, signal });
  sent.catch(() => undefined); // each test looks at it in its own time
  return sent;
}

test('headers in time: nobody else is asked, and no timer stays', async () => {
  const [server, clock] = [new Server(), fakeClock()];
  const sent = ask(server, clock);
  await clock.advance(14_000);
  server.say('POST', answer);
  await expect(sent).resolves.toBe(answer);
  await clock.advance(100_000);
  expect(server.asked).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

test('a server that loads a model but is there may take its time', async () => {
  const [server, clock] = [new Server(), fakeClock()];
  const sent = ask(server, clock);
  await clock.advance(15_000);
  expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST http://here/api/chat',
    'GET http://here/api/version',
  ]);
  server.say('GET', { ...answer, status: 404 }); // any answer is a sign of life
  await clock.advance(200_000);
  server.say('POST', answer);
  await expect(sent).resolves.toBe(answer);
  expect(server.asked[0]?.signal.aborted).toBe(false); // its body is still to be read
  expect(server.asked[1]?.signal.aborted).toBe(true);
});

test.each([
  ['does not answer', undefined],
  ['refuses', new Error('refused')],
])('a server that %s is given up in time, and the request with it', async (_, given) => {
  const [server, clock] = [new Server(), fakeClock()];
  const sent = ask(server, clock);
  await clock.advance(15_000);
  if (given !== undefined) server.say('GET', given);
  await clock.advance(14_999);
  expect(server.asked[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  await expect(sent).rejects.toMatchObject({ code: 'timeout', details: { limit: 'connect', limitMs: 30_000 } });
  expect(server.asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(clock.timers).toBe(0);
});

test('it is over in time also where the transport does not listen to its signal', async () => {
  const clock = fakeClock();
  const sent = ask({ send: () => new Promise(() => undefined) }, clock);
  await clock.advance(30_000);
  await expect(sent).rejects.toMatchObject({ code: 'timeout' });
});

test('an abort ends both requests, before the headers and after', async () => {
  const [server, clock, controller] = [new Server(), fakeClock(), new AbortController()];
  const sent = ask(server, clock, 30_000, controller.signal);
  await clock.advance(15_000);
  controller.abort(new Error('enough'));
  await expect(sent).rejects.toThrow('enough');
  expect(server.asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(clock.timers).toBe(0);

  const [late, other] = [new AbortController(), new Server()];
  const answered = ask(other, clock, 30_000, late.signal);
  other.say('POST', answer);
  await answered;
  late.abort();
  expect(other.asked[0]?.signal.aborted).toBe(true);
});

test('what the transport throws comes through, and Infinity turns the limit off', async () => {
  const [server, clock] = [new Server(), fakeClock()];
  const sent = ask(server, clock, Infinity);
  await clock.advance(10_000_000);
  expect(server.asked).toHaveLength(1);
  server.say('POST', new Error('reset'));
  await expect(sent).rejects.toThrow('reset');
});
