// CPU per tool step of an agent that is listened to: six model calls and five tool calls, with a scripted model in the same
// process. The collector is in another process, and counts what comes: cost is no less where spans are lost.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { ProxyTracerProvider } from '@opentelemetry/api';
import { tool, unknownCapabilities, type ChatEvent, type Provider, type Tracer } from '@tako/core';
import { SingleAgent } from '@tako/orchestrators';
import { otel } from '@tako/otel';
import { initOtlp } from '@tako/otel/init';

import { compare, type Work } from '../../client/bench/rounds.ts';

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
/** The run, six steps, six model calls, five tools. */
const spansPerRun = 18;

/** A model that says the next thing of the script, by the length of the conversation. */
const provider: Provider = {
  contract: 1,
  id: 'bench:scripted',
  capabilities: unknownCapabilities,
  price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
  async *stream({ messages }) {
    yield* script[(messages.length - 1) / 2] ?? [];
  },
};

const add = tool({
  name: 'add',
  inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  execute: (input) => {
    const { a, b } = input as { a: number; b: number }; // the arguments of the script
    return a + b;
  },
});

function agent(listen: () => Promise<Tracer | undefined>): Work {
  let listening: Promise<Tracer | undefined> | undefined;
  return async (times) => {
    const tracer = await (listening ??= listen());
    for (let run = 0; run < times; run++) {
      const { text } = await new SingleAgent({ provider, tools: [add] }).run('1 + 2?', { tracer });
      if (text !== 'It is 3.') throw new Error('the run went wrong');
      // As in a server, the event loop goes round now and then: what waits is sent.
      if (run % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

/** What each span begins with in OTLP: its trace id, of 16 bytes, then its own, of 8. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const spanStart = /\x0a\x10[^]{16}\x12\x08[^]{8}/g;
let receivedSpans = 0;

/** Where OTLP goes. What is measured has processes of its own; this one, which starts them, is the collector of all. */
async function collectorUrl(): Promise<string> {
  const known = process.env['TAKO_BENCH_COLLECTOR'];
  if (known !== undefined) return known;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      response.end();
      if (request.url !== '/v1/traces') return;
      receivedSpans += Buffer.concat(chunks).toString('latin1').match(spanStart)?.length ?? 0;
    });
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  process.env['TAKO_BENCH_COLLECTOR'] = url;
  return url;
}

const endpoint = await collectorUrl();
const times = 1_000;
const rounds = 9;

await compare(
  'telemetry',
  [
    ['OTLP: traces and metrics', agent(async () => (await initOtlp({ endpoint })).tracer)],
    ['OTLP: traces', agent(async () => (await initOtlp({ endpoint, metrics: false })).tracer)],
    ['a tracer, and nobody who records', agent(async () => otel({ tracerProvider: new ProxyTracerProvider() }))],
    ['no tracer', agent(async () => undefined)],
  ],
  { times, rounds, unitsPerTime: 5, unit: 'tool step' },
);
// Those of the last moment are still on their way when the process of a way ends: less than one request of each.
const madeSpans = 2 * rounds * 9 * times * spansPerRun;
if (receivedSpans > 0) console.log(`${receivedSpans} of ${madeSpans} spans were received`);
