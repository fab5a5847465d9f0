import { plainMessages } from '@tako/core';
import { fromOpenAIRequest, toOpenAI } from '@tako/openai-wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { anyRequest, canonicalRequest } from './arbitrary-request.js';

function overTheWire(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body));
}

test('a request comes back from the wire as it was', () => {
  fc.assert(
    fc.property(canonicalRequest, (request) => {
      const { body, warnings } = toOpenAI(request, { model: 'm' });
      const read = fromOpenAIRequest(overTheWire(body));
      expect(read.request).toEqual(request);
      expect(read).toMatchObject({ model: 'm', stream: false, includeUsage: false, rest: {}, ignored: [] });
      expect(warnings).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever form a request has, the wire says the same after one more round', () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      const once = toOpenAI(request, { model: 'm', stream: true }).body;
      const read = fromOpenAIRequest(overTheWire(once));
      expect(read.ignored).toEqual([]);
      expect(toOpenAI(read.request, { model: 'm', stream: read.stream }).body).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test('bytes and base64 of the same data are the same on the wire', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const messages = [{ role: 'user' as const, content: [{ type: 'image' as const, mimeType: 'image/png', data }] }];
      const fromBytes = toOpenAI({ messages }, { model: 'm' }).body;
      expect(fromBytes).toEqual(toOpenAI({ messages: plainMessages(messages) }, { model: 'm' }).body);
    }),
  );
});
