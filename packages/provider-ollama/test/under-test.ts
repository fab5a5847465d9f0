import { ollama } from '@tako/provider-ollama';
import type { ProviderUnderTest } from '@tako/testing';

import { ollamaWire } from './ollama-wire.js';

export const underTest: readonly ProviderUnderTest[] = [
  {
    name: 'ollama',
    wire: ollamaWire(),
    make: (options) => ollama(options),
    lacks: {
      signatures: 'Ollama hands out no opaque state',
      interleaving: 'a tool call travels whole',
      rawArguments: 'arguments travel as an object',
      usageRepeats: 'usage is told once, at the end',
      cachedTokens: 'the wire has no such count',
      cacheWriteTokens: 'the wire has no such count',
      reasoningTokens: 'the wire has no such count',
      contentFilter: 'nobody withholds anything',
      imageUrls: 'Ollama takes bytes alone; with urlPrefetch we fetch them',
      toolChoice: 'the wire has no such field',
      parallelToolCalls: 'the wire has no such field',
    },
  },
];

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = ['llama3.2-vision:11b'];
