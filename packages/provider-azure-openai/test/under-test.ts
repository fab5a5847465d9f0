import type { ProviderUnderTest } from '@tako/testing';

import { azureWire } from './azure-wire.js';
import { doors } from './doors.js';

/** Both doors to both surfaces. */
export const underTest: readonly ProviderUnderTest[] = doors.flatMap(([door, azureOpenAI]) =>
  ['2024-10-21', 'v1'].map((apiVersion): ProviderUnderTest => {
    return {
      name: `azure-openai ${apiVersion} (${door})`,
      wire: azureWire(),
      make: ({ baseUrl, model, ...options }) =>
        azureOpenAI({ ...options, deployment: model, model, endpoint: baseUrl, apiVersion }),
      lacks: { signatures: 'chat completions hand out no opaque state' },
    };
  }),
);

/** Models that stand for the others in docs/providers.md. */
export const models: readonly string[] = ['gpt-5-mini', 'gpt-4.1'];
