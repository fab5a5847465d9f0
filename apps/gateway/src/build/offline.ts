import { customProvider, estimateUsage, type ChatRequest, type Price, type Provider } from '@tako/core';

/**
 * A stand-in for a model, so that a gateway can be tried without any key. It has no language model, says so, and repeats
 * the question, word by word.
 */
export function offline(price: Price = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }): Provider {
  return customProvider({
    id: 'offline:stand-in',
    price,
    async *stream(request) {
      const answer = `This is Tako's offline stand-in; no language model is behind it. You wrote: ${lastQuestion(request)}`;
      for (const word of answer.match(/\s*\S+/g) ?? []) yield word;
      yield { type: 'finish', finishReason: 'stop', usage: estimateUsage(request, [{ type: 'text', text: answer }]) };
    },
  });
}

function lastQuestion({ messages }: ChatRequest): string {
  const asked = messages.findLast(({ role }) => role === 'user');
  return (asked?.content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
}
