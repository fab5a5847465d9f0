import { chat, user, type HttpRequest, type HttpTransport } from '@tako/core';
import { expect, test } from 'vitest';

import { acmeCorp } from './acme-corp.js';

const request = { messages: [user('Hello?')] };

/** A transport that answers with this body, byte by byte, and remembers what it was asked. */
function answering(body: string, status = 200): HttpTransport & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const byte of new TextEncoder().encode(body)) yield Uint8Array.of(byte);
  }
  return {
    requests,
    send: async (sent) => {
      requests.push(sent);
      return { status, headers: { 'x-request-id': 'r1' }, body: bytes() };
    },
  };
}

test('an answer is put together from frames, wherever its bytes are cut', async () => {
  const transport = answering(
    [
      '{"kind":"token","text":"Grüß "}',
      '{"kind":"from_the_future"}',
      '',
      '{"kind":"token","text":"Gott"}',
      '{"kind":"done","reason":"complete","tokens_in":5,"tokens_out":2}',
    ].join('\n'),
  );

  const answer = await chat(acmeCorp({ model: 'a1', apiKey: 'k', transport }), request);

  expect(answer).toMatchObject({
    message: { content: [{ type: 'text', text: 'Grüß Gott' }] },
    finishReason: 'stop',
    usage: { inputTokens: 5, outputTokens: 2 },
  });
  expect(transport.requests).toMatchObject([{ url: 'https://api.acme-corp.example/v1/chat' }]);
});

test('a failure has a code, the request id, and no key', async () => {
  const transport = answering('{"error":{"message":"too many requests for key secret-key"}}', 429);

  const failure = chat(acmeCorp({ model: 'a1', apiKey: 'secret-key', transport }), request);

  await expect(failure).rejects.toMatchObject({ code: 'rate_limited', requestId: 'r1' });
  await expect(failure).rejects.not.toThrow(/secret-key/);
});

test('a stream that breaks off is a failure', async () => {
  const transport = answering('{"kind":"token","text":"Hel"}\n');

  await expect(chat(acmeCorp({ model: 'a1', apiKey: 'k', transport }), request)).rejects.toMatchObject({
    code: 'malformed_response',
    partial: { content: [{ type: 'text', text: 'Hel' }] },
  });
});

test('what the model cannot do is refused before the network', async () => {
  const transport = answering('');
  const tools = [{ name: 'weather', inputSchema: { type: 'object' } }];

  const asking = chat(acmeCorp({ model: 'a1', apiKey: 'k', transport }), { ...request, tools });

  await expect(asking).rejects.toMatchObject({ code: 'unsupported' });
  expect(transport.requests).toEqual([]);
});
