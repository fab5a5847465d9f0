import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { bedrock, type BedrockGuardrail } from '@tako/provider-bedrock';
import { loopbackServer, type LoopbackServer } from '@tako/testing/loopback';
import { expect, test } from 'vitest';

import { answerBedrock, streamFrames } from './answers.js';
import { event } from './event-stream.js';

const question: ChatRequest = { messages: [user('How do I rob a bank?')] };
const trace = {
  guardrail: {
    inputAssessment: { 'gr-1': { topicPolicy: { topics: [{ name: 'Crime', type: 'DENY', action: 'BLOCKED' }] } } },
  },
};
const usage = { inputTokens: 3, outputTokens: 1, totalTokens: 4 };

/** Blocks everything, as https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html (read 2026-11-23) shows it. */
function blocking(): Promise<LoopbackServer> {
  return loopbackServer((response, { url }) => {
    const text = 'I may not talk about this.';
    if (url.endsWith('/converse')) {
      const output = { message: { role: 'assistant', content: [{ text }] } };
      answerBedrock(response, 200, {
        output,
        stopReason: 'guardrail_intervened',
        usage,
        trace,
        metrics: { latencyMs: 1 },
      });
      return;
    }
    streamFrames(response, [
      event('messageStart', { role: 'assistant' }),
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
      event('contentBlockStop', { contentBlockIndex: 0 }),
      event('messageStop', { stopReason: 'guardrail_intervened' }),
      event('metadata', { usage, trace, metrics: { latencyMs: 1 } }),
    ]);
  });
}

function modelAt(endpointUrl: string, guardrail: BedrockGuardrail): ReturnType<typeof bedrock> {
  return bedrock({ model: 'm', region: 'us-east-1', apiKey: 'k', endpointUrl, guardrail });
}

test('what a guardrail blocks is content_filter, and its trace goes to nobody but onTrace', async () => {
  await using server = await blocking();
  const told: unknown[] = [];
  const onTrace: BedrockGuardrail['onTrace'] = (found, { runId }) => told.push([found.inputAssessment, runId]);
  const model = modelAt(server.url, { id: 'gr-1', version: '1', onTrace });
  const streamed = await collect(model.stream(question, call({ runId: 'r1' })));
  const whole = await chat(model, question, call({ runId: 'r2' }));
  for (const answer of [streamed, whole]) {
    expect(answer).toMatchObject({ finishReason: 'content_filter', rawFinishReason: 'guardrail_intervened' });
    expect(JSON.stringify(answer)).not.toContain('Crime');
  }
  expect(told).toEqual([
    [trace.guardrail.inputAssessment, 'r1'],
    [trace.guardrail.inputAssessment, 'r2'],
  ]);
  const guardrailConfig = { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'enabled' };
  expect(server.requests.map(({ json }) => json)).toMatchObject([{ guardrailConfig }, { guardrailConfig }]);
});

test('an onTrace that throws fails the call, and is not taken for a fault of the vendor', async () => {
  await using server = await blocking();
  const onTrace = (): never => {
    throw new Error('no disk');
  };
  const model = modelAt(server.url, { id: 'gr-1', version: '1', onTrace });
  for (const answer of [collect(model.stream(question, call())), chat(model, question)]) {
    await expect(answer).rejects.toMatchObject({ code: 'invalid', retryable: false, cause: { message: 'no disk' } });
  }
});
