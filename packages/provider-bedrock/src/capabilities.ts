import { unknownCapabilities, type Capabilities, type ReasoningEffort } from '@tako/core';

import { bedrockModelName } from './model-name.js';

/** How a model is told how hard to think: a word of Anthropic's, of Amazon's, of OpenAI's, or Converse's own. */
type ReasoningDialect = 'budget' | 'adaptive' | 'nova' | 'gpt-oss' | 'converse';

/**
 * The beginning of model ids, context and longest answer in thousands of tokens, what they can (t tools, c a choice of tools,
 * v images, d documents, s answers bound to a schema, p prompt cache, 1 a cache of one hour), and how they reason with
 * which efforts.
 */
type Family = readonly [
  begin: RegExp,
  contextThousands: number,
  outputThousands: number | undefined,
  can: string,
  dialect?: ReasoningDialect,
  efforts?: string,
];

const toHigh = 'none low medium high';
const toXhigh = `${toHigh} xhigh`;

/**
 * What well-known models have, the first match counts. What is not said is unknown, but for the letters t, v and d, whose
 * absence is a no.
 *
 * Sources (read 2026-11-23): https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html,
 * …/structured-output.html, …/prompt-caching.html, …/claude-messages-adaptive-thinking.html, …/model-parameters-openai.html,
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html; sizes as https://models.dev has
 * them, the largest where reports differ, since budgets reserve the worst case.
 */
const families: readonly Family[] = [
  [/^anthropic\.claude-opus-4-[78]/, 1_000, 128, 'tcvdp1', 'adaptive', toXhigh],
  [/^anthropic\.claude-opus-4-6/, 1_000, 128, 'tcvdsp1', 'adaptive', toHigh],
  [/^anthropic\.claude-sonnet-4-6/, 1_000, 64, 'tcvdp1', 'adaptive', toHigh],
  [/^anthropic\.claude-\w+-4-5/, 200, 64, 'tcvdsp1', 'budget', `minimal ${toXhigh}`],
  [/^anthropic\.claude-opus-4-[12]/, 200, 32, 'tcvdp', 'budget', `minimal ${toHigh}`],
  [/^anthropic\.claude-(sonnet-4-2|3-7-sonnet)/, 200, 64, 'tcvdp', 'budget', `minimal ${toXhigh}`],
  [/^anthropic\.claude-3-5-haiku/, 200, 8.192, 'tcvdp'],
  [/^anthropic\.claude-3-5/, 200, 8.192, 'tcvd'],
  [/^anthropic\.claude-3-/, 200, 4.096, 'tcvd'],
  [/^amazon\.nova-2-lite/, 1_000, 65.536, 'tcvdp', 'nova', toHigh],
  [/^amazon\.nova-premier/, 1_000, 32, 'tcvd'],
  [/^amazon\.nova-(pro|lite)/, 300, 10, 'tcvdp'],
  [/^amazon\.nova-micro/, 128, 10, 'tcp'],
  [/^openai\.gpt-oss-\d/, 128, undefined, 't', 'gpt-oss', 'low medium high'],
];

function familyOf(model: string): Family | undefined {
  const { base } = bedrockModelName(model);
  return families.find(([begin]) => begin.test(base));
}

/** What a model can do, by its id. Of one that we do not know everything is `unknown`, and nothing is refused. */
export function bedrockCapabilities(model: string): Capabilities {
  const family = familyOf(model);
  if (family === undefined) return { ...unknownCapabilities, imageUrls: 'no' };
  const [, contextThousands, outputThousands, can, dialect, efforts = ''] = family;
  const certain = (letter: string): 'yes' | 'no' => (can.includes(letter) ? 'yes' : 'no');
  const perhaps = (letter: string): 'yes' | 'unknown' => (can.includes(letter) ? 'yes' : 'unknown');
  return {
    streaming: 'yes',
    tools: certain('t'),
    parallelTools: perhaps('c'),
    toolChoice: perhaps('c'),
    structuredOutput: perhaps('s'),
    structuredOutputWithTools: perhaps('s'),
    vision: certain('v'),
    imageUrls: 'no',
    files: certain('d'),
    audio: 'no',
    // The words of the table are reasoning efforts.
    reasoningEfforts: dialect === undefined ? [] : (efforts.split(' ') as ReasoningEffort[]),
    promptCache: can.includes('p') ? 'yes' : 'no',
    contextTokens: contextThousands * 1_000,
    maxOutputTokens: outputThousands && outputThousands * 1_000,
  };
}

/** What requests for a model look like, beyond what it can do. */
export interface ModelTraits {
  readonly dialect: ReasoningDialect;
  /** A failed tool result has a field of its own: Converse takes it for these makers' models only. */
  readonly hasResultStatus: boolean;
  /** The cache can be kept for an hour; otherwise for five minutes. */
  readonly hasLongCache: boolean;
  readonly isClaude: boolean;
}

/**
 * Sources (read 2026-11-23): https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html.
 */
export function modelTraits(model: string): ModelTraits {
  const { base } = bedrockModelName(model);
  const isClaude = base.startsWith('anthropic.claude-');
  // Models of Anthropic's that are newer than this file think as the newest that it knows.
  const [, , , can = '', dialect = isClaude ? 'adaptive' : 'converse'] = familyOf(model) ?? [];
  return {
    dialect,
    hasResultStatus: isClaude || base.startsWith('amazon.nova-'),
    hasLongCache: can.includes('1'),
    isClaude,
  };
}
