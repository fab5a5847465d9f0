import { unknownCapabilities, type Capabilities, type ReasoningEffort } from '@tako/core';

/** The beginning of a name, and the efforts that the models of it take, where they are known. */
type Family = readonly [prefix: string, efforts?: string];

/**
 * The models that this package knows, the first match counts.
 *
 * Sources: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking (read 2026-11-23) for 3.6 and
 * later and 3.5 Flash-Lite; https://vercel.com/docs/ai-gateway/capabilities/reasoning/google (read 2026-11-23) for 3 Flash and
 * 3.1. A Gemini 2.5 takes a budget: all but Pro may be told not to think.
 */
const families: readonly Family[] = [
  ['gemini-3.8-flash', 'low medium high'],
  ['gemini-3.7-flash', 'low medium high'],
  ['gemini-3.6-flash', 'minimal low medium high'],
  ['gemini-3.5-flash-lite', 'minimal low medium high'],
  ['gemini-3.5-flash'],
  ['gemini-3.1-flash-lite', 'minimal low medium high'],
  ['gemini-3.1-pro', 'low medium high'],
  ['gemini-3-flash', 'minimal low medium high'],
  ['gemini-3-pro', 'low high'],
  ['gemini-2.5-flash', 'none minimal low medium high'],
  ['gemini-2.5-pro', 'minimal low medium high'],
];

/** Names that begin like a family and are something else: of them nothing is known. */
const apart = /image|live|tts|audio|computer-use|robotics|omni|embedding|cyber/;

/**
 * What a model can do, by its name. Of a name that we do not know everything is `unknown`, and nothing is refused.
 *
 * Context and longest answer: https://github.com/BerriAI/litellm/pull/28299 and
 * https://github.com/pydantic/genai-prices/pull/678, which quote the pages of the models (read 2026-11-23). Up to Gemini 2.5 functions and JSON
 * exclude each other: https://github.com/googleapis/python-genai/issues/706 (read 2026-11-23).
 */
export function vertexCapabilities(model: string): Capabilities {
  const name = model.slice(model.lastIndexOf('/') + 1);
  const family = apart.test(name) ? undefined : families.find(([prefix]) => name.startsWith(prefix));
  if (family === undefined) return unknownCapabilities;
  const [prefix, efforts] = family;
  return {
    streaming: 'yes',
    tools: 'yes',
    parallelTools: 'yes',
    toolChoice: 'yes',
    structuredOutput: 'yes',
    structuredOutputWithTools: prefix.startsWith('gemini-2') ? 'no' : 'yes',
    vision: 'yes',
    imageUrls: 'yes',
    files: 'yes',
    audio: 'yes',
    // The words of the table are reasoning efforts.
    reasoningEfforts: (efforts?.split(' ') as ReasoningEffort[] | undefined) ?? 'unknown',
    promptCache: 'yes',
    contextTokens: 1_048_576,
    maxOutputTokens: 65_535,
  };
}
