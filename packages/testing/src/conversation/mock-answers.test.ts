import { textOf, type ChatRequest, type ErrorCode } from '@tako/core';
import { providerError } from '@tako/core/provider';
import { describe, expect, test } from 'vitest';

import { callTool, fail, finish, say } from '../scripted/script.js';
import type { Reply, ScriptStep } from '../scripted/script.js';
import { scriptedProvider } from '../scripted/scripted-provider.js';
import { mockAnswers, type MockAnswersUnderTest, type MockFaults } from './mock-answers.js';

const failures: readonly (readonly [keyof MockFaults, ErrorCode, number?])[] = [
  ['dropRate', 'provider', 500],
  ['rateLimitRate', 'rate_limited', 429],
  ['malformedRate', 'malformed_response'],
  ['disconnectRate', 'transport'],
];

/** What the fixtures say to a request. */
function fixtureReply({ messages }: ChatRequest): Reply {
  const question = messages.findLast(({ role }) => role === 'user');
  const hasToolResult = messages.at(-1)?.role === 'tool';
  for (const { match, response } of mockAnswers.fixtures()) {
    if (question === undefined || !textOf(question).includes(match.userMessage)) continue;
    if (match.hasToolResult === true && !hasToolResult) continue;
    const text = 'content' in response ? [say(response.content)] : [];
    return [...text, ...(response.toolCalls ?? []).map((each) => callTool(each.name, each.arguments, each.id))];
  }
  throw new Error('there is no fixture for that');
}

/** A provider that says what the fixtures say, but for `change`, and its mock vendor. */
function underTest(change: (reply: Reply, asked: number) => Reply = (reply) => reply): MockAnswersUnderTest {
  let faults: MockFaults = {};
  let asked = 0;
  const provider = scriptedProvider((request) => {
    const failure = failures.find(([fault]) => faults[fault] !== undefined);
    if (failure !== undefined) return change([fail(providerError(failure[1], 'no', { status: failure[2] }))], ++asked);
    return change(fixtureReply(request), ++asked);
  });
  return {
    provider: () => provider,
    mock: { setChaos: (next) => (faults = next), clearChaos: () => (faults = {}) },
  };
}

/** Names of the cases that do not pass. */
async function caught(subject: MockAnswersUnderTest): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, run } of mockAnswers.cases(subject)) {
    await run().catch(() => found.push(name));
  }
  return found;
}

const changed = (edit: (step: ScriptStep) => ScriptStep) => underTest((reply) => reply.map((step) => edit(step)));
const isCall = (step: ScriptStep) => 'step' in step && step.step === 'tool_call';
const calls = ['a tool call', 'two tool calls, and the answer to their results'];

test('a provider that is right passes', async () => {
  expect(await caught(underTest())).toEqual([]);
});

test('without schemas there is one case less, and ids that are made are not compared', async () => {
  const own = { ...changed((step) => (isCall(step) ? { ...step, id: undefined } : step)), makesIds: true };
  expect(await caught({ ...own, lacksSchemas: true })).toEqual([]);
  expect(mockAnswers.cases(own)).toHaveLength(8);
  expect(mockAnswers.cases({ ...own, lacksSchemas: true })).toHaveLength(7);
});

describe('a provider is caught', () => {
  test('that changes a character', async () => {
    const broken = changed((step) =>
      'step' in step && step.step === 'text' ? say(step.deltas.join('').replace(/👋🏽|R|\{/u, '?')) : step,
    );
    expect(await caught(broken)).toEqual(['text', calls[1], 'an answer bound to a schema']);
  });

  test('that loses arguments', async () => {
    expect(await caught(changed((step) => (isCall(step) ? callTool('weather', {}) : step)))).toEqual(calls);
  });

  test('that makes ids of its own where the vendor has some, or gives one to all', async () => {
    expect(await caught(changed((step) => (isCall(step) ? { ...step, id: undefined } : step)))).toEqual(calls);
    const same = changed((step) => (isCall(step) ? { ...step, id: 'one' } : step));
    expect(await caught({ ...same, makesIds: true })).toEqual([calls[1]]);
  });

  test('that streams something else than the whole answer', async () => {
    const broken = underTest((reply, asked) => (asked % 2 === 0 ? [...reply, finish('length')] : reply));
    expect(await caught(broken)).toEqual(['text', ...calls, 'an answer bound to a schema']);
  });

  test('that has one code for all failures, or none', async () => {
    const names = ['a server error', 'a rate limit', 'a body that is no JSON', 'a connection that breaks'];
    const isFailure = (step: ScriptStep) => 'step' in step && step.step === 'fail';
    expect(await caught(changed((step) => (isFailure(step) ? fail('overloaded') : step)))).toEqual(names);
    expect(await caught(changed((step) => (isFailure(step) ? say('all is well') : step)))).toEqual(names);
  });
});

test('each mock gets fixtures of its own', () => {
  const fixture = mockAnswers.fixtures()[1];
  fixture?.response.toolCalls?.pop();
  expect(mockAnswers.fixtures()[1]?.response.toolCalls).toHaveLength(1);
});
