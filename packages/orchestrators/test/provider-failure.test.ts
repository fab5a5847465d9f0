import { isTakoError, providerError, tool, type ErrorCode, type RunState } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { only, play, playToFailure, resultTexts } from './play.js';
import { callTools, say, scriptedModel, text, toolCallEvents, usagePerAnswer } from './scripted-model.js';

const echo = tool({ name: 'echo', inputSchema: { type: 'object' }, execute: (input) => input });

test('before its first event: the error is thrown as it is, and the call is in the books', async () => {
  const bad = providerError('auth', 'the key is wrong', { status: 401, requestId: 'r1' });
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([[bad]]) }), 'go');
  expect(error).toBe(bad);
  expect(error.partial).toMatchObject({ content: [], usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0 });
  expect(error.partial?.state?.calls).toMatchObject([{ error: 'auth', step: 0, providerId: 'test:model' }]);
});

test('in mid-stream: partial content, usage and cost of all calls, and a state that goes on', async () => {
  const broken = providerError('transport', 'the connection broke off');
  const script = [callTools(['a', 'echo', '{"n":1}']), [text('So the ans'), broken]];
  const { error, events } = await playToFailure(
    new SingleAgent({ provider: scriptedModel(script), tools: [echo] }),
    'go',
  );

  expect(error).toMatchObject({ code: 'transport', retryable: true });
  expect(error.partial?.content).toEqual([{ type: 'text', text: 'So the ans' }]);
  expect(error.partial?.usage).toMatchObject({ outputTokens: 5 + 3, estimated: true });
  expect(error.partial?.costUsd).toBeGreaterThan(20);
  expect(only(events, 'step_end')).toHaveLength(1);

  const state = JSON.parse(JSON.stringify(error.partial?.state)) as RunState;
  expect(state.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  const { result } = await play(new SingleAgent({ provider: scriptedModel([say('It is 1.')]), tools: [echo] }), {
    state,
  });
  expect(result).toMatchObject({ text: 'It is 1.', steps: 2 });
  expect(result.calls.map(({ error: code }) => code)).toEqual([undefined, 'transport', undefined]);
  expect(resultTexts(result)).toEqual(['{"n":1}']);
});

test('in the middle of a tool call: the tool does not run', async () => {
  const ran: unknown[] = [];
  const note = tool({ name: 'note', inputSchema: { type: 'object' }, execute: (input) => ran.push(input) });
  const half = toolCallEvents([['a', 'note', '{"n":1}']]).slice(0, 2);
  const provider = scriptedModel([[...half, providerError('overloaded', 'gone')]]);
  const { error } = await playToFailure(new SingleAgent({ provider, tools: [note] }), 'go');
  expect(error.code).toBe('overloaded');
  expect(ran).toEqual([]);
});

test('usage that the provider put into its error counts', async () => {
  const usage = { inputTokens: 3, outputTokens: 2 };
  const bad = providerError('content_filtered', 'no', { partial: { content: [], usage } });
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([[bad]]) }), 'go');
  expect(error.partial).toMatchObject({ usage, costUsd: 7 });
});

test('a stream that ends without `finish` is malformed', async () => {
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([[text('Hm')]]) }), 'go');
  expect(error.code).toBe('malformed_response');
  expect(error.partial?.content).toEqual([{ type: 'text', text: 'Hm' }]);
});

test('something foreign that a provider throws becomes `provider`, with it as the cause', async () => {
  const bug = new TypeError('x is not a function');
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([[text('Hm'), bug]]) }), 'go');
  expect(error).toMatchObject({ code: 'provider', retryable: false, cause: bug });
  expect(error.partial?.content).toEqual([{ type: 'text', text: 'Hm' }]);
});

test.each<ErrorCode>(['rate_limited', 'context_overflow', 'circuit_open', 'timeout'])(
  '%s after an answer is thrown: only an exhausted budget ends a run',
  async (code) => {
    const provider = scriptedModel([callTools(['a', 'echo']), [providerError(code, 'no')]]);
    const { error } = await playToFailure(new SingleAgent({ provider, tools: [echo] }), 'go');
    expect(error.code).toBe(code);
    expect(error.partial?.state?.step).toBe(1);
  },
);

test('budget_exhausted before any answer is thrown', async () => {
  const provider = scriptedModel([
    [providerError('budget_exhausted', 'the cap is reached', { details: { cap: 'run' } })],
  ]);
  const { error } = await playToFailure(new SingleAgent({ provider }), 'go');
  expect(error).toMatchObject({ code: 'budget_exhausted', details: { cap: 'run' } });
});

test('budget_exhausted later ends the run with what there is, and it can be resumed', async () => {
  const dry = providerError('budget_exhausted', 'the cap is reached');
  const answer = [text('Let me look.'), ...toolCallEvents([['a', 'echo', '{"n":1}']], 1), ...say('').slice(1)];
  const { result, events } = await play(
    new SingleAgent({ provider: scriptedModel([answer, [dry]]), tools: [echo] }),
    'go',
  );
  expect(result).toMatchObject({
    stopReason: 'budget',
    text: 'Let me look.',
    steps: 1,
    usage: usagePerAnswer,
    costUsd: 20,
  });
  expect(only(events, 'model_call').map(({ call }) => call.error)).toEqual([undefined, 'budget_exhausted']);

  const richer = new SingleAgent({ provider: scriptedModel([say('It is 1.')]), tools: [echo] });
  expect((await play(richer, { state: result.state })).result).toMatchObject({ stopReason: 'final', text: 'It is 1.' });
});

test('budget_exhausted in mid-text counts what was used', async () => {
  const dry = providerError('budget_exhausted', 'the cap is reached');
  const provider = scriptedModel([callTools(['a', 'echo']), [text('So the ans'), dry]]);
  const { result } = await play(new SingleAgent({ provider, tools: [echo] }), 'go');
  expect(result).toMatchObject({ stopReason: 'budget', usage: { outputTokens: 5 + 3, estimated: true } });
});

test('an error is recognised by its brand, not by its class', async () => {
  const foreign = Object.assign(new Error('from another copy of the package'), {
    code: 'rate_limited',
    retryable: true,
  });
  Object.defineProperty(foreign, Symbol.for('tako.error'), { value: true });
  const { error } = await playToFailure(new SingleAgent({ provider: scriptedModel([[foreign]]) }), 'go');
  expect(error).toBe(foreign);
  expect(isTakoError(error, 'rate_limited')).toBe(true);
});
