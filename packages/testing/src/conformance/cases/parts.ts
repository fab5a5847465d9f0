import { toBase64, user, toolResults, type Capabilities, type ChatRequest, type UserContent } from '@tako/core';

import { expectCode, expectEqual, expectThat } from '../bench/expectation.js';
import { listen, listenToEnd } from '../bench/listen.js';
import { question, textAnswer, toolQuestion, weather } from '../bench/samples.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

/** The beginning of a PNG file, which has bytes that are no text. */
const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2, 3, 0xff, 0xfe, 0xfd);
const image: UserContent = { type: 'image', mimeType: 'image/png', data: bytes };
const imageUrl: UserContent = {
  type: 'image_url',
  url: 'https://images.example/boar.png?size=2&x=%20',
  mimeType: 'image/png',
};
const file: UserContent = { type: 'file', mimeType: 'application/pdf', data: bytes, name: 'boar.pdf' };
const audio: UserContent = { type: 'audio', mimeType: 'audio/wav', data: bytes };

/** Parts that are no text: they arrive, or the caller is told that they cannot. */
export const partCases: readonly CaseDefinition[] = [
  {
    name: 'parts: an image arrives, with text around it',
    needs: ['images'],
    async run({ vendor, provider, wire, request }) {
      const server = await vendor(streamed(wire, textAnswer));
      await listenToEnd(provider(server), { messages: [user('What is this?', image, 'Be brief.')] });
      const messages = request(server).messages.filter(({ role }) => role === 'user');
      expectEqual(
        messages.flatMap(({ images }) => images),
        [{ mimeType: 'image/png', base64: toBase64(bytes) }],
        'the image',
      );
      expectEqual(messages.flatMap(({ texts }) => texts).join(' '), 'What is this? Be brief.', 'the text');
    },
  },
  {
    name: 'parts: an image in base64 arrives as the same image',
    needs: ['images'],
    async run({ vendor, provider, wire, request }) {
      const server = await vendor(streamed(wire, textAnswer));
      await listenToEnd(provider(server), { messages: [user({ ...image, data: toBase64(bytes) })] });
      const images = request(server).messages.flatMap((message) => message.images);
      expectEqual(images, [{ mimeType: 'image/png', base64: toBase64(bytes) }], 'the image');
    },
  },
  {
    name: 'parts: an image by URL arrives as that URL',
    needs: ['imageUrls'],
    async run({ vendor, provider, wire, request }) {
      const server = await vendor(streamed(wire, textAnswer));
      await listenToEnd(provider(server), { messages: [user('What is this?', imageUrl)] });
      const urls = request(server).messages.flatMap((message) => message.images.map(({ url }) => url));
      expectEqual(urls, ['https://images.example/boar.png?size=2&x=%20'], 'the URL');
    },
  },
  refuses('an image', { vision: 'no' }, { messages: [user('What is this?', image)] }),
  refuses('an image by URL', { imageUrls: 'no' }, { messages: [user(imageUrl)] }),
  refuses('a file', { files: 'no' }, { messages: [user(file)] }),
  refuses('sound', { audio: 'no' }, { messages: [user(audio)] }),
  refuses('an image in a tool result', { vision: 'no' }, inToolResult(image)),
  refuses('tools', { tools: 'no' }, toolQuestion),
  refuses('a reasoning effort', { reasoningEfforts: [] }, { ...question, reasoning: { effort: 'high' } }),
  losesNothing('an image', { messages: [user('What is this?', image)] }),
  losesNothing('an image by URL', { messages: [user('What is this?', imageUrl)] }),
  losesNothing('a file', { messages: [user('What is this?', file)] }),
  losesNothing('sound', { messages: [user('What is this?', audio)] }),
  losesNothing('an image in a tool result', inToolResult(image)),
];

/** A certain no fails before the network. */
function refuses(what: string, capabilities: Partial<Capabilities>, request: ChatRequest): CaseDefinition {
  return {
    name: `parts: ${what}, where the model certainly cannot, is refused before any connection`,
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      const { events, error } = await listen(provider(server, { capabilities }), request);
      expectCode(error, 'the stream', 'unsupported');
      expectEqual([events.length, server.connections], [0, 0], 'events, and connections');
    },
  };
}

/** What an adapter cannot write down it refuses. It never leaves it out and asks the rest. */
function losesNothing(what: string, request: ChatRequest): CaseDefinition {
  return {
    name: `parts: ${what} arrives or is refused, and is never left out`,
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      const { error } = await listen(provider(server), request);
      if (error !== undefined) {
        expectCode(error, 'the stream', 'unsupported');
        expectEqual(server.connections, 0, 'connections');
        return;
      }
      const body = server.requests[0]?.body ?? '';
      const arrived = body.includes(toBase64(bytes)) || body.includes('images.example/boar.png');
      expectThat(arrived, 'the request that was sent has the part in it');
    },
  };
}

function inToolResult(part: UserContent): ChatRequest {
  return {
    messages: [
      user('What does it look like?'),
      {
        role: 'assistant',
        content: [{ type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }],
      },
      toolResults({ type: 'tool_result', toolCallId: 'call_1', name: 'weather', content: [part] }),
    ],
    tools: [weather],
  };
}
