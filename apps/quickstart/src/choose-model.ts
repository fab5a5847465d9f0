import type { Environment, Provider } from '@tako/core';
import { openai } from '@tako/provider-openai/fetch';

import { UsageError, type ProviderName } from './arguments.js';
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

/** Cheap, and what OpenAI names for its older small models. Source: https://developers.openai.com/api/docs/deprecations (read 2026-11-23). */
const defaultOpenAIModel = 'gpt-6-luna';

/**
 * OpenAI where there is a key, else a local Ollama that has a model with tools, else the offline stand-in.
 *
 * @throws UsageError when the provider that was asked for is not there, or an address is none
 */
export async function chooseModel(wish: ModelWish): Promise<ChosenModel> {
  const { provider, environment } = wish;
  const apiKey = textOf(environment['OPENAI_API_KEY']);
  if (provider === 'openai' || (provider === undefined && apiKey !== undefined)) return chooseOpenAI(wish, apiKey);
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

function chooseOpenAI({ model, environment }: ModelWish, apiKey: string | undefined): ChosenModel {
  if (apiKey === undefined) throw new UsageError('--provider openai: OPENAI_API_KEY is not set');
  const name = model ?? textOf(environment['OPENAI_MODEL']) ?? defaultOpenAIModel;
  const baseUrl = textOf(environment['OPENAI_BASE_URL']);
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) throw new UsageError('OPENAI_BASE_URL is not a URL');
  return {
    provider: openai({ model: name, apiKey, baseUrl }),
    note: `model: OpenAI ${name}${baseUrl === undefined ? '' : ` at ${new URL(baseUrl).host}`}`,
  };
}

/** Ollama speaks OpenAI's dialect under `/v1`; it takes any key. Source: https://docs.ollama.com/openai (read 2026-11-23). */
function chooseOllama({ url }: Ollama, model: string): ChosenModel {
  const provider = openai({ model, apiKey: 'ollama', baseUrl: `${url}/v1` });
  return {
    provider: { ...provider, id: `ollama:${model}`, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } },
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
