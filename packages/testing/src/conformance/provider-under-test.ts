import type { Capabilities, Provider } from '@tako/core';
import type { Timeouts } from '@tako/core/provider';

import type { VendorWire } from './vendor-wire.js';

/** What the suite makes a provider of. */
export interface UnderTestOptions {
  /** Where the server is, without a path and without a slash at its end: `http://127.0.0.1:40123`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** The provider's own limits where the suite gives none. */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what the provider states by itself. */
  readonly capabilities?: Partial<Capabilities> | undefined;
}

/**
 * What a vendor's wire or a door to it may be unable to express.
 *
 * - `apiKey`: requests show a key
 * - `model`: requests name the model
 * - `requestId`: the answer's request id reaches `start` and errors
 * - `retryAfterMs`: the header `retry-after-ms` is read
 * - `reasoning`: answers carry reasoning text
 * - `signatures`: parts of answers carry opaque state that the vendor wants back
 * - `interleaving`: pieces of several tool calls come mixed
 * - `toolCallIds`: tool calls and results have ids
 * - `rawArguments`: arguments travel as text, which may be invalid JSON
 * - `usageRepeats`: usage is told more than once in one answer
 * - `usageMissing`: an answer may come without usage
 * - `cachedTokens`, `cacheWriteTokens`, `reasoningTokens`: usage tells these counts apart
 * - `contentFilter`: an answer may end because the vendor withheld the rest
 * - `images`, `imageUrls`: requests carry pictures
 * - `stop`, `seed`, `temperature`, `topP`, `maxOutputTokens`, `toolChoice`,
 *   `parallelToolCalls`, `json`, `jsonSchema`: requests carry the field; where they cannot, the caller must be told by
 *   `unsupported` or a `warning` event, and the suite checks that instead
 * - `jsonForStream`: a JSON body that answers a request for a stream is understood
 */
export type WireFeature =
  | 'apiKey'
  | 'model'
  | 'requestId'
  | 'retryAfterMs'
  | 'reasoning'
  | 'signatures'
  | 'interleaving'
  | 'toolCallIds'
  | 'rawArguments'
  | 'usageRepeats'
  | 'usageMissing'
  | 'cachedTokens'
  | 'cacheWriteTokens'
  | 'reasoningTokens'
  | 'contentFilter'
  | 'images'
  | 'imageUrls'
  | 'stop'
  | 'seed'
  | 'temperature'
  | 'topP'
  | 'maxOutputTokens'
  | 'toolChoice'
  | 'parallelToolCalls'
  | 'json'
  | 'jsonSchema'
  | 'jsonForStream';

/** A provider, one door of it, as the conformance suite takes it. */
export interface ProviderUnderTest {
  /** Vendor and door, for example `openai (fetch)`. */
  readonly name: string;
  readonly wire: VendorWire;
  /** Makes a provider. The suite calls it for every case anew. */
  readonly make: (options: UnderTestOptions) => Provider;
  /** What cannot be done, each with the reason. Cases that need it are left out. */
  readonly lacks?: { readonly [Feature in WireFeature]?: string } | undefined;
}
