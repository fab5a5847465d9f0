import {
  assistant,
  toolResults,
  user,
  type AssistantMessage,
  type ChatRequest,
  type Message,
  type ToolResultPart,
} from '@tako/core';

import type { Bench } from '../bench/bench.js';
import { expectEqual, expectThat, shown } from '../bench/expectation.js';
import { builtFrom, listenToEnd } from '../bench/listen.js';
import { prompt, textAnswer, toolAnswer, toolQuestion, twoCalls, usage, weather } from '../bench/samples.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireAnswer, WireMessage, WireRequestView, WireToolCall, WireToolResult } from '../vendor-wire.js';

const foreignState = 'foreign-state-8c31';

/** What an answer becomes when it is part of the next request. */
export const historyCases: readonly CaseDefinition[] = [
  {
    name: 'history: two parallel tools, both results, and a word of the user',
    async run(bench) {
      const view = await converse(bench, toolAnswer, (calls) => [
        toolResults(result(calls, 0, 'Rain, 4 degrees.'), result(calls, 1, 'Sun, 21 degrees.')),
        user('And tomorrow?'),
      ]);
      expectCalls(bench, view);
      expectResults(bench, view, ['Rain, 4 degrees.', 'Sun, 21 degrees.']);
      const flat = view.messages.flatMap(({ texts, toolResults: results, role }) => [
        ...results.map(() => 'result'),
        ...(role === 'user' ? texts : []),
      ]);
      expectEqual(flat, [prompt, 'result', 'result', 'And tomorrow?'], 'the order of the conversation');
    },
  },
  {
    name: 'history: results in two tool messages',
    async run(bench) {
      const view = await converse(bench, toolAnswer, (calls) => [
        toolResults(result(calls, 0, 'Rain.')),
        toolResults(result(calls, 1, 'Sun.')),
      ]);
      expectResults(bench, view, ['Rain.', 'Sun.']);
    },
  },
  {
    name: 'history: results in another order than the calls keep their ids',
    needs: ['toolCallIds'],
    async run(bench) {
      const view = await converse(bench, toolAnswer, (calls) => [
        toolResults(result(calls, 1, 'Sun.'), result(calls, 0, 'Rain.')),
      ]);
      const byId = new Map(resultsIn(view).map(({ toolCallId, text }) => [toolCallId, text]));
      expectEqual([byId.get('call_oslo'), byId.get('call_tokyo')], ['Rain.', 'Sun.'], 'the results by id');
    },
  },
  {
    name: 'history: text beside tool calls stays',
    async run(bench) {
      const answer: WireAnswer = { ...toolAnswer, parts: [{ type: 'text', deltas: ['I look it up.'] }, ...twoCalls] };
      const view = await converse(bench, answer, (calls) => [
        toolResults(result(calls, 0, 'Rain.'), result(calls, 1, 'Sun.')),
      ]);
      expectCalls(bench, view);
      const texts = view.messages.flatMap((message) => (message.role === 'assistant' ? message.texts : []));
      expectEqual(texts, ['I look it up.'], 'the text of the assistant');
    },
  },
  {
    name: 'history: a result that failed is told apart, and its text arrives',
    async run(bench) {
      const text = 'No such city.';
      const views: WireToolResult[][] = [];
      for (const isError of [false, true]) {
        const view = await converse(bench, toolAnswer, (calls) => [
          toolResults({ ...result(calls, 0, text), isError }, result(calls, 1, 'Sun.')),
        ]);
        views.push(resultsIn(view));
      }
      const [fine, failed] = views.map(([first]) => first);
      expectThat(failed?.text.includes(text) === true, `the text of the failure arrives, got ${shown(failed)}`);
      const differs = fine?.isError !== failed.isError || fine?.text !== failed.text;
      expectThat(differs, 'the model can tell a failure from a result: by a field of the vendor, or by the text');
    },
  },
  {
    name: 'history: a result without content is a result',
    async run(bench) {
      const view = await converse(bench, toolAnswer, (calls) => [
        toolResults({ ...result(calls, 0, ''), content: [] }, result(calls, 1, 'Sun.')),
      ]);
      expectEqual(resultsIn(view).length, 2, 'how many results arrive');
    },
  },
  {
    name: 'history: several texts of one result arrive, in order',
    async run(bench) {
      const view = await converse(bench, toolAnswer, (calls) => [
        toolResults(
          {
            ...result(calls, 0, ''),
            content: [
              { type: 'text', text: 'First. ' },
              { type: 'text', text: 'Second.' },
            ],
          },
          result(calls, 1, 'Sun.'),
        ),
      ]);
      const text = resultsIn(view)[0]?.text ?? '';
      const [first, second] = [text.indexOf('First.'), text.indexOf('Second.')];
      expectThat(first >= 0 && second > first, `both texts arrive in order, got ${shown(text)}`);
    },
  },
  {
    name: 'history: a call without arguments can be told again',
    async run(bench) {
      const answer: WireAnswer = {
        ...toolAnswer,
        parts: [{ type: 'tool_call', id: 'call_none', name: 'weather', deltas: [] }],
      };
      const view = await converse(bench, answer, (calls) => [toolResults(result(calls, 0, 'Rain.'))]);
      const [call] = callsIn(view);
      expectEqual(JSON.parse(call?.arguments === '' ? '{}' : (call?.arguments ?? 'null')), {}, 'the arguments');
    },
  },
  {
    name: 'history: a call whose arguments are no JSON can be told again',
    async run(bench) {
      const calls: AssistantMessage = assistant({
        type: 'tool_call',
        id: 'call_1',
        name: 'weather',
        arguments: '{"city": ',
      });
      const failed = toolResults({ ...result(calls, 0, 'The arguments are not JSON.'), isError: true });
      const view = await sent(bench, { messages: [user(prompt), calls, failed], tools: [weather] });
      expectEqual([callsIn(view).length, resultsIn(view).length], [1, 1], 'calls and results that arrive');
    },
  },
  {
    name: "history: the vendor's own state comes back to it",
    needs: ['signatures'],
    async run(bench) {
      const answer: WireAnswer = {
        parts: [{ type: 'reasoning', deltas: ['They want weather.'], signature: 'signature-51b2' }, ...twoCalls],
        finishReason: 'tool_calls',
        usage,
      };
      const view = await converse(bench, answer, (calls) => [
        toolResults(result(calls, 0, 'Rain.'), result(calls, 1, 'Sun.')),
      ]);
      expectThat(view.signatures.includes('signature-51b2'), `the signature comes back, got ${shown(view.signatures)}`);
    },
  },
  {
    name: "history: another vendor's state is not sent",
    async run(bench) {
      const vendorData = { vendor: 'someone-else', data: { state: foreignState, reasoning_content: foreignState } };
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      await listenToEnd(bench.provider(server), {
        messages: [
          user({ type: 'text', text: prompt, vendorData }),
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'They want weather.', vendorData },
              { type: 'reasoning', text: '', vendorData },
              { type: 'text', text: 'I look it up.', vendorData },
              { type: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}', vendorData },
            ],
          },
          toolResults({
            type: 'tool_result',
            toolCallId: 'call_1',
            name: 'weather',
            content: [{ type: 'text', text: 'Rain.' }],
            vendorData,
          }),
        ],
        tools: [weather],
      });
      expectThat(server.requests[0]?.body.includes(foreignState) === false, "no state of another vendor's in the body");
      const texts = bench.request(server).messages.flatMap((message) => message.texts);
      expectThat(texts.includes('I look it up.'), 'the parts that carried it arrive');
    },
  },
];

type Calls = AssistantMessage;

/** Hears `answer`, keeps it as text as a store would, and asks on with it and what follows. */
async function converse(
  bench: Bench,
  answer: WireAnswer,
  follow: (calls: Calls) => readonly Message[],
): Promise<WireRequestView> {
  const server = await bench.vendor(streamed(bench.wire, answer), streamed(bench.wire, textAnswer));
  const model = bench.provider(server);
  const heard = builtFrom(await listenToEnd(model, toolQuestion)).response().message;
  const kept = JSON.parse(JSON.stringify(heard)) as AssistantMessage; // messages are plain JSON: the copy has the same type
  await listenToEnd(model, { ...toolQuestion, messages: [...toolQuestion.messages, kept, ...follow(kept)] });
  return bench.request(server, 1);
}

async function sent(bench: Bench, request: ChatRequest): Promise<WireRequestView> {
  const server = await bench.vendor(streamed(bench.wire, textAnswer));
  await listenToEnd(bench.provider(server), request);
  return bench.request(server);
}

/** A result for call `at` of an answer. */
function result(calls: Calls, at: number, text: string): ToolResultPart {
  const call = calls.content.filter((part) => part.type === 'tool_call')[at];
  expectThat(call !== undefined, `the answer has ${at + 1} tool calls`);
  return { type: 'tool_result', toolCallId: call.id, name: call.name, content: [{ type: 'text', text }] };
}

function callsIn(view: WireRequestView): WireToolCall[] {
  return view.messages.flatMap((message: WireMessage) => [...message.toolCalls]);
}

function resultsIn(view: WireRequestView): WireToolResult[] {
  return view.messages.flatMap((message: WireMessage) => [...message.toolResults]);
}

/** Both calls of `toolAnswer` are there. */
function expectCalls({ underTest }: Bench, view: WireRequestView): void {
  const calls = callsIn(view);
  expectEqual(
    calls.map((call): readonly [string, unknown] => [call.name, JSON.parse(call.arguments)]),
    [
      ['weather', { city: 'Oslo' }],
      ['weather', { city: '東京 🗼' }],
    ],
    'the calls',
  );
  if (underTest.lacks?.toolCallIds !== undefined) return;
  expectEqual(
    calls.map(({ id }) => id),
    ['call_oslo', 'call_tokyo'],
    'the ids of the calls',
  );
}

/** Results for both calls of `toolAnswer` are there, in order, each with its id. */
function expectResults({ underTest }: Bench, view: WireRequestView, texts: readonly string[]): void {
  const results = resultsIn(view);
  expectEqual(
    results.map(({ text }) => text),
    texts,
    'the results',
  );
  if (underTest.lacks?.toolCallIds !== undefined) return;
  expectEqual(
    results.map(({ toolCallId }) => toolCallId),
    ['call_oslo', 'call_tokyo'],
    'the ids of the results',
  );
}
