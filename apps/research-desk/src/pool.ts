import type { Environment, Provider } from '@tako/core';
import { anthropic } from '@tako/provider-anthropic/fetch';
import { mistral } from '@tako/provider-mistral';
import { ollama } from '@tako/provider-ollama';
import { openai } from '@tako/provider-openai/fetch';

import type { Arguments } from './arguments.js';
import { findOllama } from './find-ollama.js';
import { simulatedModel } from './stand-in/simulated-model.js';
import { UsageError } from './usage-error.js';

/** The models that do the work. */
export interface Pool {
  /** The cheapest first; at least two, which may be the same. */
  readonly models: readonly Provider[];
  /** One line for people: who they are, and what to do for others. */
  readonly note: string;
}

/** A vendor that answers whoever has a key in `<prefix>_API_KEY`. */
interface KeyedVendor {
  readonly prefix: string;
  /** A cheap one and a strong one. */
  readonly models: readonly [string, string];
  readonly make: (options: {
    readonly model: string;
    readonly apiKey: string;
    readonly baseUrl?: string | undefined;
  }) => Provider;
}

/**
 * Sources of the names: https://developers.openai.com/api/docs/models,
 * https://platform.claude.com/docs/en/models/overview, https://docs.mistral.ai/getting-started/models (read 2026-11-23).
 */
const vendors: readonly KeyedVendor[] = [
  { prefix: 'OPENAI', models: ['gpt-6-luna', 'gpt-6-sol'], make: openai },
  { prefix: 'ANTHROPIC', models: ['claude-haiku-5-5', 'claude-opus-5-5'], make: anthropic },
  { prefix: 'MISTRAL', models: ['mistral-small-latest', 'mistral-large-latest'], make: mistral },
];

/**
 * Two models of every vendor for which there is a key; else the models of a local Ollama; else simulated ones.
 *
 * @throws UsageError for an address that is none
 */
export async function choosePool(
  asked: Pick<Arguments, 'offline' | 'question' | 'seed' | 'delayMs'>,
  environment: Environment,
  signal: AbortSignal,
): Promise<Pool> {
  if (!asked.offline) {
    const keyed = vendors.flatMap((vendor) => modelsOf(vendor, environment));
    if (keyed.length > 0) {
      // All cheap ones before the strong ones.
      const models = [...keyed.filter((_, at) => at % 2 === 0), ...keyed.filter((_, at) => at % 2 === 1)];
      return { models, note: `models: ${models.map(({ id }) => id).join(', ')}` };
    }
    const found = await findOllama(environment['OLLAMA_HOST'], signal);
    const [first] = found?.models ?? [];
    if (found !== undefined && first !== undefined) {
      const names = found.models.length > 1 ? found.models.slice(0, 3) : [first, first];
      const models = names.map((model) => ollama({ model, baseUrl: found.url }));
      return { models, note: `models: ${[...new Set(names)].join(', ')} of the local Ollama` };
    }
  }
  const { question, seed, delayMs } = asked;
  const simulated = (name: string, skill: number, inputUsdPerMillion: number): Provider =>
    simulatedModel({
      id: `simulated:${name}`,
      skill,
      price: { inputUsdPerMillion, outputUsdPerMillion: 4 * inputUsdPerMillion },
      question,
      seed,
      delayMs,
    });
  return {
    models: [simulated('swift', 0.5, 0.5), simulated('steady', 0.65, 1), simulated('deep', 0.8, 4)],
    note: 'models: none; three simulated ones look up made-up figures, at made-up prices. Set OPENAI_API_KEY, or start Ollama, for real ones',
  };
}

function modelsOf({ prefix, models, make }: KeyedVendor, environment: Environment): Provider[] {
  const apiKey = textOf(environment[`${prefix}_API_KEY`]);
  if (apiKey === undefined) return [];
  const baseUrl = textOf(environment[`${prefix}_BASE_URL`]);
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) throw new UsageError(`${prefix}_BASE_URL is not a URL`);
  const named = textOf(environment[`${prefix}_MODEL`]);
  return (named === undefined ? models : [named, named]).map((model) => make({ model, apiKey, baseUrl }));
}

/** An environment variable that is set to nothing is not set. */
function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
