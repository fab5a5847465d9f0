import {
  call,
  chat,
  collect,
  isTakoError,
  textOf,
  toolResults,
  user,
  type ChatRequest,
  type ChatResponse,
  type ErrorCode,
  type JsonSchema,
  type Provider,
  type ToolSchema,
} from '@tako/core';

import { expectEqual, expectThat, shown } from '../conformance/bench/expectation.js';
import type { ConformanceCase } from '../conformance/conformance-case.js';
import type { ConversationFixture } from './tool-conversation.js';

/** The faults of a mock vendor, as `LLMock` of `@copilotkit/aimock` takes them: how often each happens, from 0 to 1. */
export interface MockFaults {
  readonly dropRate?: number;
  readonly rateLimitRate?: number;
  readonly malformedRate?: number;
  readonly disconnectRate?: number;
}

/** A provider and the mock vendor that it talks to. */
export interface MockAnswersUnderTest {
  readonly provider: () => Provider;
  /** An `LLMock` of `@copilotkit/aimock`, with the fixtures of `mockAnswers`. */
  readonly mock: { setChaos(faults: MockFaults): unknown; clearChaos(): unknown };
  /** The vendor's wire has no ids of tool calls: the provider makes them. @defaultValue false */
  readonly makesIds?: boolean | undefined;
  /** There is no answer bound to a schema. @defaultValue false */
  readonly lacksSchemas?: boolean | undefined;
}

/** What every provider must make of a mock vendor that none of us wrote. */
export interface MockAnswers {
  /** The vendor's part. A new copy each time: a mock may keep what it gets. */
  fixtures(): ConversationFixture[];
  /**
   * Text, a tool call, two of them and the answer to their results, an answer bound to a schema: streamed and whole, which
   * must be the same. And a vendor that fails in four ways.
   */
  cases(underTest: MockAnswersUnderTest): readonly ConformanceCase[];
}

const weather: ToolSchema = {
  name: 'weather',
  description: 'The weather of a city, now',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
const forecast: JsonSchema = {
  type: 'object',
  properties: { rain: { type: 'boolean' } },
  required: ['rain'],
  additionalProperties: false,
};

const hello: ChatRequest = { messages: [user('Please greet me')] };
const greeting = 'Grüß Gott, 世界! 👋🏽';
// Nine letters and digits: Mistral takes no other ids.
const oslo = { id: 'osloOslo1', name: 'weather', arguments: '{"city":"Oslo"}' };
const rome = { id: 'romeRome1', name: 'weather', arguments: '{"city":"Rome"}' };
const both = 'Rain in Oslo, sun in Rome.';

/** See `MockAnswers`. */
export const mockAnswers: MockAnswers = {
  fixtures: () => [
    { match: { userMessage: 'greet me' }, response: { content: greeting } },
    { match: { userMessage: 'in one city' }, response: { toolCalls: [{ ...oslo }] } },
    { match: { userMessage: 'in two cities', hasToolResult: true }, response: { content: both } },
    {
      match: { userMessage: 'in two cities' },
      response: { content: 'I look.', toolCalls: [{ ...oslo }, { ...rome }] },
    },
    { match: { userMessage: 'as JSON' }, response: { content: '{"rain":true}' } },
  ],

  cases: (underTest) => [
    {
      name: 'text',
      async run() {
        const answer = await ask(underTest, hello);
        expectEqual([textOf(answer.message), answer.finishReason], [greeting, 'stop'], 'text and reason');
      },
    },
    {
      name: 'a tool call',
      async run() {
        const answer = await ask(underTest, { messages: [user('Weather in one city?')], tools: [weather] });
        expectEqual([toolCallsOf(answer), answer.finishReason], [[said(oslo)], 'tool_calls'], 'calls and reason');
        if (underTest.makesIds !== true) expectEqual(idsOf(answer), [oslo.id], 'the id');
      },
    },
    {
      name: 'two tool calls, and the answer to their results',
      run: () => askTwice(underTest),
    },
    ...(underTest.lacksSchemas === true
      ? []
      : [
          {
            name: 'an answer bound to a schema',
            async run() {
              const responseFormat = { type: 'json_schema', name: 'forecast', schema: forecast } as const;
              const answer = await ask(underTest, { messages: [user('Tell me as JSON')], responseFormat });
              expectEqual([textOf(answer.message), answer.warnings], ['{"rain":true}', []], 'text and warnings');
            },
          },
        ]),
    failing(underTest, 'a server error', { dropRate: 1 }, 'provider', 500),
    failing(underTest, 'a rate limit', { rateLimitRate: 1 }, 'rate_limited', 429),
    failing(underTest, 'a body that is no JSON', { malformedRate: 1 }, 'malformed_response'),
    failing(underTest, 'a connection that breaks', { disconnectRate: 1 }, 'transport'),
  ],
};

async function askTwice(underTest: MockAnswersUnderTest): Promise<void> {
  const question = user('Weather in two cities?');
  const first = await ask(underTest, { messages: [question], tools: [weather] });
  expectEqual([toolCallsOf(first), first.finishReason], [[said(oslo), said(rome)], 'tool_calls'], 'calls and reason');
  const ids = idsOf(first);
  expectThat(ids.length === 2 && ids[0] !== ids[1], `two calls have two ids, got ${shown(ids)}`);
  if (underTest.makesIds !== true) expectEqual(ids, [oslo.id, rome.id], 'the ids');
  const results = ids.map((toolCallId) => ({
    type: 'tool_result' as const,
    toolCallId,
    name: weather.name,
    content: [{ type: 'text' as const, text: 'Rain.' }],
  }));
  const messages = [question, first.message, toolResults(...results)];
  expectEqual(
    textOf((await ask(underTest, { messages, tools: [weather] })).message),
    both,
    'the answer to the results',
  );
}

/** The answer streamed, which must be the whole one but for ids and state that are made anew. */
async function ask({ provider }: MockAnswersUnderTest, request: ChatRequest): Promise<ChatResponse> {
  const model = provider();
  const streamed = await collect(model.stream(request, call()));
  const whole = await chat(model, request);
  expectEqual(comparable(whole), comparable(streamed), 'the whole answer, which must be the streamed one');
  return streamed;
}

function comparable(answer: ChatResponse): object {
  const { message, finishReason, rawFinishReason, model, warnings } = answer;
  const texts = message.content.flatMap((part) => (part.type === 'reasoning' ? [part.text] : []));
  const reasoning = texts.join('');
  return {
    text: textOf(message),
    reasoning,
    calls: toolCallsOf(answer),
    finishReason,
    rawFinishReason,
    model,
    warnings,
  };
}

function toolCallsOf({ message }: ChatResponse): readonly string[] {
  return message.content.flatMap((part) => (part.type === 'tool_call' ? [said(part)] : []));
}

/** White space between the parts of JSON is the vendor's affair. */
function said({ name, arguments: json }: { readonly name: string; readonly arguments: string }): string {
  return `${name} ${JSON.stringify(JSON.parse(json))}`;
}

function idsOf({ message }: ChatResponse): readonly string[] {
  return message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
}

function failing(
  { provider, mock }: MockAnswersUnderTest,
  name: string,
  faults: MockFaults,
  code: ErrorCode,
  status?: number,
): ConformanceCase {
  return {
    name,
    async run() {
      mock.setChaos(faults);
      try {
        const model = provider();
        for (const send of [() => collect(model.stream(hello, call())), () => chat(model, hello)]) {
          const error: unknown = await send().then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          expectThat(isTakoError(error, code), `the code is ${code}, got ${shown(error)}`);
          if (status !== undefined) expectEqual(error.status, status, 'the status');
        }
      } finally {
        mock.clearChaos();
      }
    },
  };
}
