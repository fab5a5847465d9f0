import { customProvider, type Provider } from '@tako/core';

/** A model that gives these answers, one after the other: words, or calls of tools by name. */
export function scriptedModel(answers: readonly (string | { readonly call: string })[], id = 'openai:gpt-x'): Provider {
  let given = 0;
  return customProvider({
    id,
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
    async *stream() {
      const answer = answers[Math.min(given++, answers.length - 1)] ?? '';
      const usage = { inputTokens: 1_000, outputTokens: 100, cachedInputTokens: 50 };
      yield { type: 'start', requestId: `r-${given}`, model: 'gpt-x-2026' };
      if (typeof answer === 'string') {
        yield answer;
        yield { type: 'finish', finishReason: 'stop', usage };
        return;
      }
      yield { type: 'tool_call_start', index: 0, id: `call_${given}`, name: answer.call };
      yield { type: 'tool_call_end', index: 0, arguments: '{}' };
      yield { type: 'finish', finishReason: 'tool_calls', usage };
    },
  });
}
