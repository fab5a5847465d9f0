import { unknownCapabilities, type Capabilities, type ReasoningEffort } from '@tako/core';

/** Names of models, their context and longest answer in tokens, and the reasoning efforts they take. */
type Family = readonly [names: RegExp, contextTokens: number, maxOutputTokens: number, efforts: string];

/**
 * What OpenAI's chat models have on Azure, the first match counts.
 *
 * Sources: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/models and, for the efforts,
 * https://platform.openai.com/docs/models (read 2026-11-23).
 */
const families: readonly Family[] = [
  [/^gpt-5\.(2|4-mini|4-nano)/, 400_000, 128_000, 'none low medium high xhigh'],
  [/^gpt-5\.[45]/, 1_050_000, 128_000, 'none low medium high xhigh'],
  [/^gpt-5\.1/, 400_000, 128_000, 'none low medium high'],
  [/^gpt-5(-|$)/, 400_000, 128_000, 'minimal low medium high'],
  [/^gpt-4\.1/, 1_047_576, 32_768, ''],
  [/^gpt-4o/, 128_000, 16_384, ''],
  [/^o(4-mini|3|1)/, 200_000, 100_000, 'low medium high'],
];

/** Names that begin like a family and are something else: of them nothing is known. */
const apart = /-(audio|realtime|search|transcribe|tts|image|chat|codex|pro|deep-research|preview)\b|^o1-mini/;

/** What the model behind a deployment can do. Where it is not named or not known, everything is `unknown` and nothing refused. */
export function azureOpenAICapabilities(model: string | undefined): Capabilities {
  const family = model === undefined || apart.test(model) ? undefined : families.find(([names]) => names.test(model));
  if (model === undefined || family === undefined) return unknownCapabilities;
  const [, contextTokens, maxOutputTokens, efforts] = family;
  const hasVision = model.startsWith('o3-mini') ? 'no' : 'yes';
  return {
    ...unknownCapabilities, // of files and sound the pages say too little
    streaming: 'yes',
    tools: 'yes',
    parallelTools: 'yes',
    toolChoice: 'yes',
    structuredOutput: 'yes',
    structuredOutputWithTools: 'yes',
    vision: hasVision,
    imageUrls: hasVision,
    // The words of the table are reasoning efforts.
    reasoningEfforts: efforts === '' ? [] : (efforts.split(' ') as ReasoningEffort[]),
    promptCache: 'yes',
    contextTokens,
    maxOutputTokens,
  };
}
