import { unknownCapabilities, type Capabilities, type ReasoningEffort } from '@tako/core';

import { familyOf, type Family } from './families.js';

/**
 * What a model can do, by its name. Of a name that we do not know everything is `unknown`, and nothing is refused.
 *
 * `toolChoice` is `unknown` where a model may be told not to call a tool, and cannot be told to call one: that is refused when it
 * is asked for.
 */
export function anthropicCapabilities(model: string): Capabilities {
  const family = familyOf(model);
  if (family === undefined) return unknownCapabilities;
  return {
    streaming: 'yes',
    tools: 'yes',
    parallelTools: 'yes',
    toolChoice: family.takesForcedTools ? 'yes' : 'unknown',
    structuredOutput: family.takesSchemas ? 'yes' : 'no',
    structuredOutputWithTools: family.takesSchemas ? 'yes' : 'no',
    vision: 'yes',
    imageUrls: 'yes',
    files: 'yes',
    audio: 'no',
    reasoningEfforts: reasoningEffortsOf(family),
    promptCache: 'yes',
    contextTokens: family.contextTokens,
    maxOutputTokens: family.maxOutputTokens,
  };
}

function reasoningEffortsOf({ thinking, efforts }: Family): readonly ReasoningEffort[] {
  if (thinking === 'always') return efforts;
  return thinking === 'budget' ? ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] : ['none', ...efforts];
}
