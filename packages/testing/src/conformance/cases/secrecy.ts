import { inspect } from 'node:util';

import { system, toolResults, user, type ChatRequest, assistant } from '@tako/core';

import { apiKey, type Bench } from '../bench/bench.js';
import { expectCode, expectThat } from '../bench/expectation.js';
import { listen } from '../bench/listen.js';
import type { VendorScript } from '../bench/mock-vendor.js';
import { prompt, textAnswer, weather } from '../bench/samples.js';
import { answered, refused, silent, streamedFrames } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

/** Texts of a conversation, none of which may turn up in an error. */
const confided = {
  system: 'You are the royal keeper of the purple umbrellas.',
  user: prompt,
  arguments: '{"city":"Knightsbridge-under-Moor"}',
  result: 'Marmalade rain until the seventeenth hour.',
};

const conversation: ChatRequest = {
  messages: [
    system(confided.system),
    user(confided.user),
    assistant({ type: 'tool_call', id: 'call_1', name: 'weather', arguments: confided.arguments }),
    toolResults({
      type: 'tool_result',
      toolCallId: 'call_1',
      name: 'weather',
      content: [{ type: 'text', text: confided.result }],
    }),
  ],
  tools: [weather],
};

/** What a careless server sends back. */
const echo = `Cannot do this for ${apiKey}: ${Object.values(confided).join(' / ')}`;

/** No key and no word of the conversation in any error, though the vendor repeats both. */
export const secrecyCases: readonly CaseDefinition[] = [
  ...[400, 401, 403, 404, 413, 429, 500, 503].map((status) =>
    keepsQuiet(`an error answer (${status}) that repeats them`, ({ wire }) => refused(wire, status, echo)),
  ),
  keepsQuiet('an error page that repeats them', ({ wire }) =>
    answered(wire, 500, 'text/html', `<html><body>${echo}</body></html>`),
  ),
  keepsQuiet('an error answer of another shape that repeats them', ({ wire }) =>
    answered(wire, 400, 'application/json', JSON.stringify({ detail: [{ msg: echo, input: conversation.messages }] })),
  ),
  keepsQuiet('a page instead of an answer that repeats them', ({ wire }) =>
    answered(wire, 200, 'text/html', `<html><body>${echo}</body></html>`),
  ),
  keepsQuiet('a frame that cannot be read and repeats them', ({ wire }) => {
    const [first = ''] = wire.stream(textAnswer);
    const text = JSON.stringify(echo).slice(0, -1); // a text without its end
    const frame = wire.framing === 'sse' ? `data: {"text":${text}\n\n` : `{"text":${text}\n`;
    return streamedFrames(wire, [first, frame], 'end');
  }),
  {
    ...keepsQuiet('an error in mid-stream that repeats them', ({ wire }) =>
      streamedFrames(wire, [...wire.stream(textAnswer).slice(0, 1), wire.errorFrame?.(echo) ?? ''], 'end'),
    ),
    applies: ({ wire }) => wire.errorFrame !== undefined,
  },
  keepsQuiet('a stream that breaks', ({ wire }) => streamedFrames(wire, wire.stream(textAnswer).slice(0, 1), 'reset')),
  {
    name: 'secrecy: a time limit',
    async run(bench) {
      const server = await bench.vendor(silent);
      const { error } = await listen(bench.provider(server, { timeouts: { connectMs: 100 } }), conversation);
      expectQuiet(error);
    },
  },
  {
    name: 'secrecy: a refused connection',
    async run(bench) {
      const server = await bench.vendor(silent);
      await server.close();
      const { error } = await listen(bench.provider(server), conversation);
      expectQuiet(error);
    },
  },
  {
    name: 'secrecy: what the model cannot do',
    async run(bench) {
      const server = await bench.vendor(silent);
      const { error } = await listen(bench.provider(server, { capabilities: { tools: 'no' } }), conversation);
      expectQuiet(error);
    },
  },
];

function keepsQuiet(what: string, script: (bench: Bench) => VendorScript): CaseDefinition {
  return {
    name: `secrecy: ${what}`,
    async run(bench) {
      const { error } = await listen(bench.provider(await bench.vendor(script(bench))), conversation);
      expectQuiet(error);
    },
  };
}

/** Looks for secrets where errors show themselves: message, JSON, and what a console prints, causes included. */
function expectQuiet(thrown: unknown): void {
  const error = expectCode(thrown, 'the stream');
  const shows: readonly (readonly [where: string, text: string])[] = [
    ['the message', error.message],
    ['the JSON', JSON.stringify(error)],
    ['the excerpt', error.excerpt ?? ''],
    ['what inspect prints', inspect(error, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity })],
  ];
  for (const [where, text] of shows) {
    expectThat(!text.includes(apiKey), `${where} of the error does not show the key`);
    for (const [whose, secret] of Object.entries(confided)) {
      // A piece says as much as the whole.
      const middle = secret.slice(8, 28);
      expectThat(!text.includes(middle), `${where} of the error does not show the ${whose} text ("${middle}")`);
    }
  }
}
