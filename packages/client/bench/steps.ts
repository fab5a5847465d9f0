// CPU per tool step: six model calls and five tool calls, with a scripted model in the same process.
import { Budget } from '@tako/budget';
import {
  tool,
  unknownCapabilities,
  type ChatEvent,
  type Message,
  type Provider,
  type ProviderLayer,
  type Tool,
} from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { reliable } from '@tako/reliability';
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

/** A model that says the next thing of the script, by the length of the conversation. */
function scripted(): Provider {
  return {
    contract: 1,
    id: 'bench:scripted',
    capabilities: unknownCapabilities,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
    async *stream({ messages }) {
      yield* script[(messages.length - 1) / 2] ?? [];
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

interface AgentOptions {
  readonly saves?: boolean;
  readonly layer?: ProviderLayer;
}

function agent(add: Tool, { saves = false, layer = (next) => next }: AgentOptions = {}): Work {
  return async (times) => {
    const onState = saves ? () => undefined : undefined;
    const provider = layer(scripted());
    for (let run = 0; run < times; run++) {
      const { text } = await new SingleAgent({ provider, tools: [add] }).run('1 + 2?', { onState });
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

const budget = new Budget({ maxUsdPerDay: 1_000_000 });
const rateLimit = { requestsPerMinute: 1e9, tokensPerMinute: 1e12, concurrency: 100 };

await compare(
  'steps',
  [
    ['SingleAgent, JSON Schema', agent(byJsonSchema)],
    ['SingleAgent, zod', agent(byZod)],
    ['SingleAgent, state told', agent(byJsonSchema, { saves: true })],
    ['with budget, breaker, retry', agent(byJsonSchema, { layer: reliable({ budget: budget.layer }) })],
    ['and rate limit', agent(byJsonSchema, { layer: reliable({ budget: budget.layer, rateLimit }) })],
    ['loop by hand', byHand],
  ],
  { times: 3_000, unitsPerTime: 5, unit: 'tool step' },
);
