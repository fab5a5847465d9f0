import { inspect } from 'node:util';

import { call, chat, collect, user, type ChatRequest, type Provider } from '@tako/core';
import { bedrock } from '@tako/provider-bedrock';
import { loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test } from 'vitest';

import { answerBedrock, endFrames, streamFrames, textFrames } from './answers.js';
import { event, exception, frame, unmodeledError } from './event-stream.js';

const question: ChatRequest = { messages: [user('Where does the wild boar of Wuppertal sleep?')] };
const hello = textFrames('Hello')[1] ?? new Uint8Array();

function modelAt(endpointUrl: string): Provider {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'never-sent', sessionToken: 'session-token-1' };
  return bedrock({ model: 'm', region: 'eu-central-1', credentials, endpointUrl });
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('an answer that is no success', () => {
  test.each([
    [429, 'ThrottlingException', 'Too many requests.', { code: 'rate_limited', retryable: true }],
    [429, 'ModelNotReadyException', 'Warming up.', { code: 'overloaded', retryable: true }],
    [503, 'ServiceUnavailableException', 'Busy.', { code: 'overloaded', retryable: true }],
    [500, 'InternalServerException', 'Oops.', { code: 'provider', retryable: true }],
    [424, 'ModelErrorException', 'The model failed.', { code: 'provider', retryable: true }],
    [408, 'ModelTimeoutException', 'Too slow.', { code: 'timeout', retryable: true }],
    [400, 'ServiceQuotaExceededException', 'Quota.', { code: 'rate_limited', retryable: true }],
    [400, 'ValidationException', 'Malformed input.', { code: 'invalid', retryable: false }],
    [400, 'ValidationException', 'Input is too long for requested model.', { code: 'context_overflow' }],
    [400, 'ValidationException', 'prompt is too long: 200100 tokens > 200000 maximum', { code: 'context_overflow' }],
    [403, 'AccessDeniedException', 'You have no access to the model.', { code: 'permission', retryable: false }],
    [403, 'UnrecognizedClientException', 'The security token is invalid.', { code: 'auth' }],
    [403, 'ExpiredTokenException', 'The security token has expired.', { code: 'auth' }],
    [404, 'ResourceNotFoundException', 'No such model.', { code: 'not_found', retryable: false }],
    [418, 'TeapotException', 'Short and stout.', { code: 'invalid' }],
  ])('%i %s: %s', async (status, type, message, expected) => {
    await using server = await loopbackServer((response) =>
      answerBedrock(
        response,
        status,
        { message },
        { 'x-amzn-errortype': `${type}:http://internal.amazon.com/`, 'retry-after': '2' },
      ),
    );
    for (const asked of [chat(modelAt(server.url), question), collect(modelAt(server.url).stream(question, call()))]) {
      const error = await failureOf(asked);
      expect(error).toMatchObject({
        ...expected,
        status,
        requestId: 'req-1',
        retryAfterMs: 2_000,
        source: 'bedrock:m',
        details: { exception: type },
        partial: { content: [] },
      });
      expect(String(error)).toContain(message);
    }
    expect(server.requests).toHaveLength(2);
  });

  test('the exception may stand in the body, and the message be written with a capital', async () => {
    await using server = await loopbackServer((response) =>
      answerBedrock(response, 403, {
        __type: 'com.amazon.coral.service#AccessDeniedException',
        Message: 'Bearer token refused.',
      }),
    );
    await expect(chat(modelAt(server.url), question)).rejects.toMatchObject({
      code: 'permission',
      message: expect.stringContaining('Bearer token refused.'),
    });
  });

  test("a clock that is wrong is set right by the server's: the next call is signed in time", async () => {
    const serverMs = Date.now() + 3_600_000;
    await using server = await loopbackServer((response, { headers }) => {
      const signedAt = String(headers['x-amz-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
      const date = new Date(serverMs).toUTCString();
      if (Math.abs(Date.parse(signedAt) - serverMs) < 60_000) {
        response.setHeader('date', date);
        streamFrames(response, textFrames('Hi'));
      } else {
        answerBedrock(
          response,
          403,
          { message: 'Signature expired.' },
          { 'x-amzn-errortype': 'InvalidSignatureException', date },
        );
      }
    });
    const model = modelAt(server.url);
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'auth', retryable: true });
    expect((await collect(model.stream(question, call()))).finishReason).toBe('stop');
  });

  test('what was sent to prove who we are shows nowhere, though the vendor repeats it', async () => {
    let echo = '';
    await using server = await loopbackServer((response, { headers }) => {
      echo = `Bad signature: ${headers['authorization'] ?? ''} with ${String(headers['x-amz-security-token'])}`;
      answerBedrock(response, 403, { message: echo });
    });
    const error = await failureOf(chat(modelAt(server.url), question));
    expect(echo).toContain('session-token-1');
    const shown = inspect(error, { depth: Infinity }) + JSON.stringify(error);
    expect(shown).not.toContain('session-token-1');
    expect(shown).not.toMatch(/Signature=[0-9a-f]{8}/);
  });
});

describe('a failure inside the stream', () => {
  test.each([
    ['throttlingException', { code: 'rate_limited', status: 429, retryable: true }],
    ['serviceUnavailableException', { code: 'overloaded', status: 503, retryable: true }],
    ['internalServerException', { code: 'provider', status: 500, retryable: true }],
    ['modelStreamErrorException', { code: 'provider', status: 424, retryable: true }],
    ['validationException', { code: 'invalid', status: 400, retryable: false }],
    ['someNewException', { code: 'provider', status: 500 }],
  ])('%s, after text and in place of it', async (type, expected) => {
    for (const before of [[hello], []]) {
      await using server = await loopbackServer((response) =>
        streamFrames(response, [...before, exception(type, { message: 'It broke.' })]),
      );
      const error = await failureOf(collect(modelAt(server.url).stream(question, call())));
      expect(error).toMatchObject({
        ...expected,
        requestId: 'req-1',
        partial: { content: before.length === 0 ? [] : [{ type: 'text', text: 'Hello' }] },
      });
      expect(String(error)).toContain('It broke.');
      expect(String(error)).not.toContain('Deserialization');
    }
  });

  test('an error that the service does not model', async () => {
    for (const before of [[hello], []]) {
      await using server = await loopbackServer((response) =>
        streamFrames(response, [...before, unmodeledError('InternalFailure', 'It broke.')]),
      );
      const error = await failureOf(collect(modelAt(server.url).stream(question, call())));
      expect(error).toMatchObject({ code: 'provider', details: { exception: 'InternalFailure' } });
      expect(String(error)).not.toContain('Deserialization');
    }
  });
});

describe('a stream that cannot be read', () => {
  const lengthOf = (bytes: number): Uint8Array => {
    const prelude = Buffer.alloc(16);
    prelude.writeUInt32BE(bytes, 0);
    return prelude;
  };

  test.each<[string, readonly Uint8Array[]]>([
    ['a frame of 4 GiB', [hello, lengthOf(0xffff_ffff)]],
    ['a frame of no length', [hello, lengthOf(0)]],
    ['a length that breaks off after the end of the message', [hello, ...endFrames.slice(0, 1), Uint8Array.of(0, 0)]],
    ['a frame that breaks off', [hello, hello.subarray(0, hello.length - 1)]],
    ['a wrong checksum', [hello, hello.map((byte, at) => (at === hello.length - 1 ? byte ^ 1 : byte))]],
    [
      'a payload that is no JSON',
      [frame({ ':event-type': 'messageStop', ':message-type': 'event' }, Buffer.from('{"stop'))],
    ],
    ['headers without a type', [frame({}, Buffer.from('{}'))]],
    ['usage before the end of the message', [hello, ...endFrames.slice(1)]],
    ['no end of the message', [hello]],
  ])('%s', async (_, frames) => {
    await using server = await loopbackServer((response) => streamFrames(response, frames));
    await expect(collect(modelAt(server.url).stream(question, call()))).rejects.toMatchObject({
      code: 'malformed_response',
    });
  });

  test('a message that ended without its usage is an answer without usage', async () => {
    await using server = await loopbackServer((response) => streamFrames(response, [hello, ...endFrames.slice(0, 1)]));
    const { usage, finishReason } = await collect(modelAt(server.url).stream(question, call()));
    expect([usage, finishReason]).toEqual([undefined, 'stop']);
  });

  test('a connection that breaks between the end of the message and its usage is no answer', async () => {
    await using server = await loopbackServer((response) => {
      streamFrames(response, [hello, ...endFrames.slice(0, 1)], true);
      setImmediate(() => response.destroy());
    });
    await expect(collect(modelAt(server.url).stream(question, call()))).rejects.toMatchObject({ code: 'transport' });
  });

  test.each([
    'null',
    '[]',
    '{}',
    '"no"',
    '{"output":null}',
    '{"output":{"message":{"content":{}}},"stopReason":"end_turn"}',
    '<p>',
  ])('a whole answer that is %s', async (body) => {
    await using server = await loopbackServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    });
    await expect(chat(modelAt(server.url), question)).rejects.toMatchObject({ code: 'malformed_response' });
  });

  test('events and blocks of kinds that we do not know are skipped', async () => {
    await using server = await loopbackServer((response) =>
      streamFrames(response, [
        event('moonRise', { phase: 1 }),
        event('contentBlockStart', { contentBlockIndex: 0, start: { hologram: {} } }),
        event('contentBlockDelta', { contentBlockIndex: 0, delta: { hologram: { bytes: 'AAAA' } } }),
        event('contentBlockStop', { contentBlockIndex: 0 }),
        event('contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'Hi' } }),
        ...endFrames,
      ]),
    );
    const { message } = await collect(modelAt(server.url).stream(question, call()));
    expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
  });

  test('values of other types than the wire has are no content', async () => {
    const delta = (told: unknown): Uint8Array => event('contentBlockDelta', { contentBlockIndex: 0, delta: told });
    await using server = await loopbackServer((response) =>
      streamFrames(response, [
        delta(null),
        delta({}),
        delta({ text: 5 }),
        delta({ text: { a: 1 } }),
        delta({ reasoningContent: { text: [], signature: 7, redactedContent: 5 } }),
        event('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 7, name: {} } } }),
        event('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: { a: 1 } } } }),
        event('messageStop', { stopReason: 7 }),
        event('metadata', { usage: { inputTokens: 'x', outputTokens: null } }),
      ]),
    );
    expect(await collect(modelAt(server.url).stream(question, call()))).toMatchObject({
      message: { content: [{ type: 'tool_call', id: expect.stringMatching(/^call_/), name: '', arguments: '' }] },
      finishReason: 'other',
      rawFinishReason: '7',
      usage: undefined,
    });
  });
});
