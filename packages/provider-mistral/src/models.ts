import type { Support } from '@tako/core';

/** What is known of a model: its names, context in tokens, US dollars per million tokens, and what it takes and does. */
export interface Model {
  readonly names: readonly string[];
  readonly contextTokens: number;
  /** Absent where it is not by token alone. */
  readonly price?: readonly [input: number, output: number] | undefined;
  readonly vision: Support;
  readonly audio?: Support | undefined;
  readonly files?: Support | undefined;
  /** Whether it thinks before it answers, when asked to. */
  readonly reasons?: true | undefined;
}

/**
 * The models that Mistral offers for chat; of those that it has retired, and of any other, nothing is known.
 *
 * Source: https://docs.mistral.ai/models and its page of each model (read 2026-11-23, as of 2026-08-21). Sound is priced by
 * the minute, so that Voxtral has no price here.
 */
const models: readonly Model[] = [
  {
    names: ['mistral-large-2512', 'mistral-large-latest'],
    contextTokens: 256_000,
    price: [0.5, 1.5],
    vision: 'yes',
  },
  {
    names: ['mistral-medium-3-5', 'mistral-medium-3', 'mistral-medium-latest'],
    contextTokens: 256_000,
    price: [1.5, 7.5],
    vision: 'yes',
    reasons: true,
  },
  {
    names: ['mistral-small-2603', 'mistral-small-latest'],
    contextTokens: 256_000,
    price: [0.15, 0.6],
    vision: 'yes',
    reasons: true,
  },
  {
    names: ['ministral-14b-2512', 'ministral-14b-latest'],
    contextTokens: 256_000,
    price: [0.2, 0.2],
    vision: 'yes',
  },
  {
    names: ['ministral-8b-2512', 'ministral-8b-latest'],
    contextTokens: 256_000,
    price: [0.15, 0.15],
    vision: 'yes',
  },
  {
    names: ['ministral-3b-2512', 'ministral-3b-latest'],
    contextTokens: 256_000,
    price: [0.1, 0.1],
    vision: 'yes',
  },
  {
    names: ['codestral-2508', 'codestral-latest'],
    contextTokens: 128_000,
    price: [0.3, 0.9],
    vision: 'no',
  },
  {
    names: ['voxtral-small-2507', 'voxtral-small-latest'],
    contextTokens: 32_000,
    vision: 'no',
    audio: 'yes',
  },
  {
    names: ['zai-glm-5-2'],
    contextTokens: 1_000_000,
    price: [1.4, 4.4],
    vision: 'no',
    files: 'unknown',
    reasons: true,
  },
];

/** What is known of a model of that name. */
export function modelOf(name: string): Model | undefined {
  return models.find(({ names }) => names.includes(name));
}
