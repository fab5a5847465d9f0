// CPU per tool step: six model calls and five tool calls, with a scripted model in the same process.
import { tool, unknownCapabilities, type ChatEvent, type Message, type Provider, type Tool } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { z } from 'zod';

import { compare, type Work } from './rounds.ts';

const usage = { inputTokens: 10, outputTokens: 5 };
const calls = Array.from({ length: 5 }, (_, at): ChatEvent[] => [
  { type: 'tool_call_start', index: 0, id: `call_${at}`, name: 'add' },
  { type: 'tool_call_delta', index: 0, argumentsDelta: '{"a":1,"b":2}' },
  { type: 'tool_call_end', index: 0, arguments: '{"a":1,"b":2}' },
  { type: 'finish', finishReason: 'tool_calls', usage },
]);
const script: readonly (readonly ChatEvent[])[] = [
  ...calls,
  [
    { type: 'text_delta', index: 0, text: 'It is 3.' },
    { type: 'finish', finishReason: 'stop', usage },
  ],
];

function scripted(): Provider {
  let at = 0;
  return {
    contract: 1,
    id: 'bench:scripted',
    capabilities: unknownCapabilities,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
    async *stream() {
      yield* script[at++] ?? [];
    },
  };
}

const byJsonSchema = tool({
  name: 'add',
  inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  execute: (input) => sum(input),
});
const byZod = tool({
  name: 'add',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

function sum(input: unknown): number {
  const { a, b } = input as { a: number; b: number }; // the arguments of the script
  return a + b;
}

function agent(add: Tool, options: { readonly saves?: boolean } = {}): Work {
  return async (times) => {
    const onState = options.saves === true ? () => undefined : undefined;
    for (let run = 0; run < times; run++) {
      const { text } = await new SingleAgent({ provider: scripted(), tools: [add] }).run('1 + 2?', { onState });
      if (text !== 'It is 3.') throw new Error('the run went wrong');
    }
  };
}

/** What somebody would write who needs nothing but this. */
async function byHand(times: number): Promise<void> {
  for (let run = 0; run < times; run++) {
    const provider = scripted();
    const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: '1 + 2?' }] }];
    const call = {
      signal: new AbortController().signal,
      principal: { tenantId: '', userId: '', roles: [] },
      runId: '',
    };
    for (;;) {
      let text = '';
      const wanted: { id: string; name: string; args: string }[] = [];
      for await (const event of provider.stream({ messages }, call)) {
        if (event.type === 'text_delta') text += event.text;
        else if (event.type === 'tool_call_start') wanted.push({ id: event.id, name: event.name, args: '' });
        else if (event.type === 'tool_call_end') Object.assign(wanted.at(-1) ?? {}, { args: event.arguments });
      }
      messages.push({
        role: 'assistant',
        content: [
          { type: 'text', text },
          ...wanted.map(({ id, name, args }) => ({ type: 'tool_call' as const, id, name, arguments: args })),
        ],
      });
      if (wanted.length === 0) {
        if (text !== 'It is 3.') throw new Error('the run went wrong');
        break;
      }
      const results = await Promise.all(wanted.map(({ args }) => Promise.resolve(String(sum(JSON.parse(args))))));
      messages.push({
        role: 'tool',
        content: wanted.map(({ id, name }, at) => ({
          type: 'tool_result',
          toolCallId: id,
          name,
          content: [{ type: 'text', text: results[at] ?? '' }],
        })),
      });
    }
  }
}

await compare(
  'steps',
  [
    ['SingleAgent, JSON Schema', agent(byJsonSchema)],
    ['SingleAgent, zod', agent(byZod)],
    ['SingleAgent, state told', agent(byJsonSchema, { saves: true })],
    ['loop by hand', byHand],
  ],
  { times: 3_000, unitsPerTime: 5, unit: 'tool step' },
);
