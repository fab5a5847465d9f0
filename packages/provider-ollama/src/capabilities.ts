import { unknownCapabilities, type Capabilities } from '@tako/core';

/** What the capabilities depend on besides the model. */
export interface OllamaSetting {
  readonly model: string;
  readonly baseUrl: string;
  readonly urlPrefetch: boolean;
  /** The context that the model is loaded with, in tokens, where it is set. */
  readonly contextTokens?: number | undefined;
}

/** Models that a server hands on to ollama.com. Source: https://docs.ollama.com/cloud (read 2026-11-23). */
const cloudModel = /[:-]cloud$/;

/** Whether a model runs at ollama.com, and not on the server that it is asked of. */
export function isCloud({ model, baseUrl }: Pick<OllamaSetting, 'model' | 'baseUrl'>): boolean {
  return cloudModel.test(model) || /^https?:\/\/([\w-]+\.)*ollama\.com(?=[:/]|$)/i.test(baseUrl);
}

/**
 * What is certain of every model behind the wire. What a model itself can do is not known by its name: `ollamaCapabilities`
 * asks the server.
 *
 * The wire has no tool choice, documents or sound. Bound to JSON or to a schema, a model on the server itself cannot call
 * tools, since the binding rules over everything it writes: https://github.com/ollama/ollama/issues/11185 (read 2026-11-23).
 * Of ollama.com reports differ.
 */
export function wireCapabilities(setting: OllamaSetting): Capabilities {
  const cloud = isCloud(setting);
  return {
    ...unknownCapabilities,
    streaming: 'yes',
    toolChoice: 'no',
    structuredOutput: cloud ? 'unknown' : 'yes',
    structuredOutputWithTools: cloud ? 'unknown' : 'no',
    imageUrls: setting.urlPrefetch ? 'yes' : 'no',
    files: 'no',
    audio: 'no',
    ...(setting.contextTokens === undefined ? {} : { contextTokens: setting.contextTokens }),
  };
}
