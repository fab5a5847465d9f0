import type { Environment, Provider } from '@tako/core';
import { ollama as ollamaModel } from '@tako/provider-ollama';

import { UsageError, type ProviderName } from './arguments.js';
import { keyedVendors, type KeyedVendor } from './keyed-vendors.js';
import { findOllama, type Ollama } from './ollama.js';
import { standIn } from './stand-in/stand-in.js';

/** Who will answer. */
export interface ChosenModel {
  readonly provider: Provider;
  /** One line for people: who it is, and what to do for another one. */
  readonly note: string;
  /** What is said of the cost of a model that costs nothing. */
  readonly free?: string;
}

/** What the choice depends on. */
export interface ModelWish {
  /** `undefined`: the first that is there. */
  readonly provider: ProviderName | undefined;
  readonly model: string | undefined;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * The first vendor for which there is a key, else a local Ollama that has a model with tools, else the offline stand-in.
 *
 * @throws UsageError when the provider that was asked for is not there, or an address is none
 */
export async function chooseModel(wish: ModelWish): Promise<ChosenModel> {
  const { provider, environment } = wish;
  for (const vendor of keyedVendors) {
    const apiKey = textOf(environment[`${vendor.prefix}_API_KEY`]);
    if (provider === vendor.name && apiKey === undefined) {
      throw new UsageError(`--provider ${vendor.name}: ${vendor.prefix}_API_KEY is not set`);
    }
    if (apiKey !== undefined && (provider ?? vendor.name) === vendor.name) return chooseKeyed(vendor, apiKey, wish);
  }
  if (provider === 'offline') return chooseStandIn();

  const ollama = await findOllama({ host: environment['OLLAMA_HOST'], signal: wish.signal });
  const model = wish.model ?? ollama?.model;
  if (ollama !== undefined && model !== undefined) return chooseOllama(ollama, model);
  if (provider === 'ollama') {
    throw new UsageError(
      ollama === undefined
        ? '--provider ollama: no Ollama answers; start it, or set OLLAMA_HOST'
        : '--provider ollama: it has no model that can call tools; pull one, for example with "ollama pull qwen3"',
    );
  }
  return chooseStandIn();
}

function chooseKeyed(vendor: KeyedVendor, apiKey: string, { model, environment }: ModelWish): ChosenModel {
  const { title, prefix, defaultModel, make } = vendor;
  const name = model ?? textOf(environment[`${prefix}_MODEL`]) ?? defaultModel;
  const baseUrl = textOf(environment[`${prefix}_BASE_URL`]);
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) throw new UsageError(`${prefix}_BASE_URL is not a URL`);
  return {
    provider: make({ model: name, apiKey, baseUrl }),
    note: `model: ${title} ${name}${baseUrl === undefined ? '' : ` at ${new URL(baseUrl).host}`}`,
  };
}

function chooseOllama({ url }: Ollama, model: string): ChosenModel {
  return {
    provider: ollamaModel({ model, baseUrl: url }),
    note: `model: Ollama ${model}`,
    free: 'no cost (local model)',
  };
}

function chooseStandIn(): ChosenModel {
  return {
    provider: standIn(),
    note: 'model: none; an offline stand-in works by words. Set OPENAI_API_KEY, or start Ollama, for a real one',
    free: 'no cost (no model)',
  };
}

/** An environment variable that is set to nothing is not set. */
function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
