import type { ReasoningEffort } from './chat-request.js';

/** Whether a model can do a thing. Only a certain `no` is acted upon before the network. */
export type Support = 'yes' | 'no' | 'unknown';

/**
 * What a model can do, as data. A provider states it, its user may override it.
 *
 * A certain `no` fails before the network with `unsupported`, or takes a documented downgrade with a
 * `warning` event. Nothing is ever silently dropped.
 */
export interface Capabilities {
  /** The vendor sends the answer piece by piece. */
  readonly streaming: Support;
  readonly tools: Support;
  /** Several tool calls in one answer. */
  readonly parallelTools: Support;
  /** `toolChoice` other than `auto`. */
  readonly toolChoice: Support;
  /** An answer bound to a JSON Schema. */
  readonly structuredOutput: Support;
  /** An answer bound to a JSON Schema while tools are offered too. */
  readonly structuredOutputWithTools: Support;
  /** Images that travel with the message. */
  readonly vision: Support;
  /** Images by URL, fetched by the vendor. */
  readonly imageUrls: Support;
  /** Documents that travel with the message. */
  readonly files: Support;
  /** Sound that travels with the message. */
  readonly audio: Support;
  /** The reasoning efforts the model takes: none at all for `[]`, not known for `unknown`. */
  readonly reasoningEfforts: readonly ReasoningEffort[] | 'unknown';
  /** The vendor can reuse a prompt's beginning at a lower price. */
  readonly promptCache: Support;
  /** Longest prompt and answer together, in tokens. */
  readonly contextTokens?: number | undefined;
  /** Longest answer, in tokens. */
  readonly maxOutputTokens?: number | undefined;
}

/** Capabilities of a model of which nothing is known: nothing is refused. */
export const unknownCapabilities: Capabilities = {
  streaming: 'unknown',
  tools: 'unknown',
  parallelTools: 'unknown',
  toolChoice: 'unknown',
  structuredOutput: 'unknown',
  structuredOutputWithTools: 'unknown',
  vision: 'unknown',
  imageUrls: 'unknown',
  files: 'unknown',
  audio: 'unknown',
  reasoningEfforts: 'unknown',
  promptCache: 'unknown',
};
