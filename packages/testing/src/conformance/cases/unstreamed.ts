import { call, collect, type ChatRequest, type ChatResponse, type Provider } from '@tako/core';

import { trackedSignal } from '../../tracked-signal.js';
import { apiKey, modelId, type Bench } from '../bench/bench.js';
import { expectAnswer } from '../bench/expect-answer.js';
import { expectCode, expectEqual, within } from '../bench/expectation.js';
import { bounded, builtFrom, listenToEnd } from '../bench/listen.js';
import type { VendorScript } from '../bench/mock-vendor.js';
import { question, richAnswer, textAnswer, toolAnswer, toolQuestion } from '../bench/samples.js';
import { expectLegalStream } from '../bench/stream-rules.js';
import { answered, refused, silent, streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { ProviderUnderTest } from '../provider-under-test.js';
import type { WireAnswer } from '../vendor-wire.js';

/** Whole answers: `chat` where the provider has it, and JSON bodies where the vendor has them. */
export const unstreamedCases: readonly CaseDefinition[] = [
  collects('a text', () => textAnswer),
  collects('all kinds of parts', richAnswer),
  {
    name: 'unstreamed: a JSON body that answers a request for a stream is understood',
    needs: ['jsonForStream'],
    applies: ({ wire }) => wire.json !== undefined,
    async run(bench) {
      const answer = richAnswer(bench.underTest);
      const server = await bench.vendor(answered(bench.wire, 200, 'application/json', bench.wire.json?.(answer) ?? ''));
      const events = await listenToEnd(bench.provider(server), toolQuestion);
      expectLegalStream(events);
      expectAnswer(bench.underTest, builtFrom(events).content(), answer);
    },
  },
  {
    name: 'unstreamed: chat equals the collected stream, for a text',
    applies: hasChat,
    run: (bench) => chatEqualsStream(bench, textAnswer),
  },
  {
    name: 'unstreamed: chat equals the collected stream, for tool calls',
    applies: hasChat,
    run: (bench) => chatEqualsStream(bench, toolAnswer),
  },
  {
    name: 'unstreamed: chat equals the collected stream, for all kinds of parts',
    applies: hasChat,
    run: (bench) => chatEqualsStream(bench, richAnswer(bench.underTest)),
  },
  {
    name: 'unstreamed: a stream that nobody reads along comes to the same answer, for a text',
    run: (bench) => unreadEqualsStream(bench, textAnswer),
  },
  {
    name: 'unstreamed: a stream that nobody reads along comes to the same answer, for all kinds of parts',
    run: (bench) => unreadEqualsStream(bench, richAnswer(bench.underTest)),
  },
  {
    name: 'unstreamed: chat fails as the stream does',
    applies: hasChat,
    async run(bench) {
      const model = bench.provider(await bench.vendor(refused(bench.wire, 429, 'Slow down.', { 'retry-after': '3' })));
      const { status, retryAfterMs } = expectCode(await chatFailure(model), 'chat', 'rate_limited');
      expectEqual([status, retryAfterMs], [429, 3_000], 'status and retryAfterMs');
    },
  },
  {
    name: 'unstreamed: an abort of chat is cancelled, and leaves no listener',
    applies: hasChat,
    async run(bench) {
      const server = await bench.vendor(silent);
      const tracked = trackedSignal();
      const failing = chatFailure(bench.provider(server), tracked.signal);
      const exchange = await server.exchange(0);
      tracked.abort(new Error('enough'));
      expectCode(await within(1_000, failing, 'the abort ends chat'), 'chat', 'cancelled');
      await within(1_000, exchange.closed, 'the connection to the vendor is closed');
      expectEqual(tracked.listeners, 0, 'listeners left on the signal');
    },
  },
  {
    name: 'unstreamed: chat leaves no listener after success',
    applies: hasChat,
    async run(bench) {
      const tracked = trackedSignal();
      const model = bench.provider(await bench.vendor(asAsked(bench, textAnswer)));
      await model.chat?.(question, call({ signal: tracked.signal }));
      expectEqual(tracked.listeners, 0, 'listeners left on the signal');
    },
  },
];

/** `collect` on the stream gives the answer. */
function collects(what: string, answerFor: (underTest: ProviderUnderTest) => WireAnswer): CaseDefinition {
  return {
    name: `unstreamed: the collected stream is the answer, for ${what}`,
    async run(bench) {
      const answer = answerFor(bench.underTest);
      const model = bench.provider(await bench.vendor(streamed(bench.wire, answer)));
      const { message, finishReason } = await collect(bounded(model.stream(toolQuestion, call())));
      expectAnswer(bench.underTest, message.content, answer);
      expectEqual(finishReason, answer.finishReason, 'finishReason');
    },
  };
}

async function chatEqualsStream(bench: Bench, answer: WireAnswer): Promise<void> {
  const model = bench.provider(await bench.vendor(asAsked(bench, answer)));
  const whole = await model.chat?.(toolQuestion, call());
  const collected = await collect(bounded(model.stream(toolQuestion, call())));
  expectEqual(
    withoutMadeIds(bench, whole),
    withoutMadeIds(bench, collected),
    'chat, compared with the collected stream',
  );
}

/** Without readers a provider may ask for the answer in one piece; it tells it as a stream all the same. */
async function unreadEqualsStream(bench: Bench, answer: WireAnswer): Promise<void> {
  const model = bench.provider(await bench.vendor(asAsked(bench, answer)));
  const events = await listenToEnd(model, toolQuestion, { streaming: false });
  expectLegalStream(events);
  const collected = await collect(bounded(model.stream(toolQuestion, call())));
  expectEqual(
    withoutMadeIds(bench, builtFrom(events).response()),
    withoutMadeIds(bench, collected),
    'the stream without readers, compared with the other',
  );
}

/** Ids that the adapter makes up for a vendor without ids differ from call to call. */
function withoutMadeIds({ underTest }: Bench, response: ChatResponse | undefined): unknown {
  if (response === undefined || underTest.lacks?.toolCallIds === undefined) return response;
  const content = response.message.content.map((part) => (part.type === 'tool_call' ? { ...part, id: '' } : part));
  return { ...response, message: { ...response.message, content } };
}

/** Answers with JSON where no stream is asked for. */
function asAsked({ wire }: Bench, answer: WireAnswer): VendorScript {
  return (exchange) => {
    const body = wire.readRequest(exchange.request).stream ? undefined : wire.json?.(answer);
    const script = body === undefined ? streamed(wire, answer) : answered(wire, 200, 'application/json', body);
    return script(exchange);
  };
}

function chatFailure(model: Provider, signal?: AbortSignal, request: ChatRequest = question): Promise<unknown> {
  const answer = model.chat?.(request, call({ signal })) ?? Promise.resolve();
  return answer.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function hasChat({ make }: ProviderUnderTest): boolean {
  return make({ baseUrl: 'http://127.0.0.1:9', apiKey, model: modelId }).chat !== undefined;
}
