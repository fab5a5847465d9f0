import type { ConverseCommandOutput, ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime';
import { collect, type ChatResponse } from '@tako/core';
import { isTakoError } from '@tako/core/provider';
import { describe, expect, test } from 'vitest';

import { finishReason, toUsage } from './finish.js';
import { fromBedrockStream } from './from-bedrock-stream.js';
import { fromBedrock } from './from-bedrock.js';

/** Events as hand-written JSON: what the SDK would make of the wire. */
type Told = { readonly [member: string]: object };

async function streamed(
  events: readonly Told[],
  onMetadata: (told: object) => void = () => undefined,
): Promise<ChatResponse> {
  async function* all(): AsyncGenerator<ConverseStreamOutput> {
    for (const each of events) yield each as unknown as ConverseStreamOutput;
  }
  return collect(fromBedrockStream(all(), { source: 's', onMetadata, onDone: async () => undefined }));
}

async function whole(content: readonly object[], rest: object = {}): Promise<ChatResponse> {
  const answer = { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', ...rest };
  async function* events(): ReturnType<typeof fromBedrockStream> {
    yield* fromBedrock(answer as unknown as ConverseCommandOutput, 's');
  }
  return collect(events());
}

const delta = (contentBlockIndex: number, told: object): Told => ({
  contentBlockDelta: { contentBlockIndex, delta: told },
});
const stop = { messageStop: { stopReason: 'end_turn' } };
const metadata = { metadata: { usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 } } };

describe('reasoning', () => {
  test('text and signature are one part, whether they come in pieces or whole', async () => {
    const expected = [
      { type: 'reasoning', text: 'Let me see.', vendorData: { vendor: 'bedrock', data: { signature: 'sig-1' } } },
      { type: 'text', text: 'So.' },
    ];
    const pieces = await streamed([
      delta(0, { reasoningContent: { text: 'Let me ' } }),
      delta(0, { reasoningContent: { text: 'see.' } }),
      delta(0, { reasoningContent: { signature: 'sig' } }),
      delta(0, { reasoningContent: { signature: '-1' } }),
      delta(1, { text: 'So.' }),
      stop,
      metadata,
    ]);
    expect(pieces.message.content).toEqual(expected);
    const reasoningText = { text: 'Let me see.', signature: 'sig-1' };
    expect((await whole([{ reasoningContent: { reasoningText } }, { text: 'So.' }])).message.content).toEqual(expected);
  });

  test('what only Bedrock can read is kept as it is', async () => {
    const expected = [
      { type: 'reasoning', text: '', vendorData: { vendor: 'bedrock', data: { redactedContent: 'AQID' } } },
    ];
    const pieces = await streamed([
      delta(0, { reasoningContent: { redactedContent: Uint8Array.of(1, 2) } }),
      delta(0, { reasoningContent: { redactedContent: Uint8Array.of(3) } }),
      stop,
    ]);
    expect(pieces.message.content).toEqual(expected);
    const redactedContent = Uint8Array.of(1, 2, 3);
    expect((await whole([{ reasoningContent: { redactedContent } }])).message.content).toEqual(expected);
  });

  test('a block that changes its kind is two parts: thinking is not shown as an answer', async () => {
    const { message } = await streamed([
      delta(0, { reasoningContent: { text: 'Hm.' } }),
      delta(0, { text: 'So.' }),
      stop,
    ]);
    expect(message.content.map(({ type }) => type)).toEqual(['reasoning', 'text']);
  });
});

describe('tools', () => {
  const start = (contentBlockIndex: number, toolUse: object): Told => ({
    contentBlockStart: { contentBlockIndex, start: { toolUse } },
  });

  test('calls whose pieces are mixed, one without an id, one without arguments', async () => {
    const { message } = await streamed([
      start(0, { toolUseId: 'a', name: 'f' }),
      start(1, { name: 'g' }),
      start(2, { toolUseId: 'c', name: 'h' }),
      delta(1, { toolUse: { input: '{"x"' } }),
      delta(0, { toolUse: { input: '{"y"' } }),
      delta(1, { toolUse: { input: ':1}' } }),
      delta(0, { toolUse: { input: ':2}' } }),
      { contentBlockStop: { contentBlockIndex: 1 } },
      { messageStop: { stopReason: 'tool_use' } },
      metadata,
    ]);
    expect(message.content).toEqual([
      { type: 'tool_call', id: 'a', name: 'f', arguments: '{"y":2}' },
      { type: 'tool_call', id: expect.stringMatching(/^call_/), name: 'g', arguments: '{"x":1}' },
      { type: 'tool_call', id: 'c', name: 'h', arguments: '' },
    ]);
  });

  test('calls that Bedrock answers itself are nobody’s to answer', async () => {
    const type = 'server_tool_use';
    const pieces = await streamed([
      start(0, { toolUseId: 'a', name: 'nova_grounding', type }),
      delta(0, { toolUse: { input: '{}' } }),
      { contentBlockStop: { contentBlockIndex: 0 } },
      delta(1, { text: 'Found.' }),
      stop,
    ]);
    const content = [{ toolUse: { toolUseId: 'a', name: 'nova_grounding', input: {}, type } }, { text: 'Found.' }];
    for (const { message } of [pieces, await whole(content)]) {
      expect(message.content).toEqual([{ type: 'text', text: 'Found.' }]);
    }
  });
});

test('text that stands beside its sources is text', async () => {
  const citationsContent = { content: [{ text: 'Sleeps ' }, { text: 'by day.' }], citations: [{ title: 'Boars' }] };
  expect((await whole([{ citationsContent }, { $unknown: ['hologram', {}] }])).message.content).toEqual([
    { type: 'text', text: 'Sleeps by day.' },
  ]);
});

test('the trace of a guardrail is told before the answer finishes', async () => {
  const told: object[] = [];
  const trace = { guardrail: { actionReason: 'Guardrail blocked.' } };
  const { finishReason: reason } = await streamed(
    [
      delta(0, { text: 'No.' }),
      { messageStop: { stopReason: 'guardrail_intervened' } },
      { metadata: { ...metadata.metadata, trace } },
    ],
    (each) => told.push(each),
  );
  expect([reason, told]).toMatchObject(['content_filter', [{ trace }]]);
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['content_filtered', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
  ['malformed_model_output', 'error'],
  ['malformed_tool_use', 'error'],
  ['pause_turn', 'other'],
  [undefined, 'other'],
])('%s is %s', (stopReason, reason) => {
  expect(finishReason(stopReason)).toBe(reason);
});

test('input from and to the cache is a part of all input', () => {
  expect(
    toUsage({
      inputTokens: 10,
      outputTokens: 5,
      totalTokens: 115,
      cacheReadInputTokens: 80,
      cacheWriteInputTokens: 20,
    }),
  ).toEqual({ inputTokens: 110, outputTokens: 5, cachedInputTokens: 80, cacheWriteTokens: 20 });
  expect(toUsage({ inputTokens: 0, outputTokens: 0, totalTokens: 0 })).toEqual({ inputTokens: 0, outputTokens: 0 });
  expect(toUsage(undefined)).toBeUndefined();
  expect(toUsage({} as never)).toBeUndefined();
});

test('an answer that is none is malformed', async () => {
  const error = await whole([], { output: undefined }).catch((thrown: unknown) => thrown);
  expect(isTakoError(error, 'malformed_response')).toBe(true);
});
