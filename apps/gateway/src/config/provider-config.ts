import { z } from 'zod';

import { count, credential, milliseconds, name, text, url } from './terms.js';

const price = z
  .strictObject({
    inputUsdPerMillion: z.number().nonnegative(),
    outputUsdPerMillion: z.number().nonnegative(),
    cachedInputUsdPerMillion: z.number().nonnegative().optional(),
    cacheWriteUsdPerMillion: z.number().nonnegative().optional(),
    reasoningUsdPerMillion: z.number().nonnegative().optional(),
  })
  .describe('US dollars for a million tokens; without it the list price, where it is known');

const timeouts = z
  .strictObject({
    connectMs: milliseconds.optional(),
    firstEventMs: milliseconds.optional(),
    betweenEventsMs: milliseconds.optional(),
    totalMs: milliseconds.optional(),
  })
  .describe('until the headers, from there to the first word, between two, and in all');

const support = z.enum(['yes', 'no', 'unknown']);

const capabilities = z
  .strictObject({
    streaming: support.exactOptional(),
    tools: support.exactOptional(),
    parallelTools: support.exactOptional(),
    toolChoice: support.exactOptional(),
    structuredOutput: support.exactOptional(),
    structuredOutputWithTools: support.exactOptional(),
    vision: support.exactOptional(),
    imageUrls: support.exactOptional(),
    files: support.exactOptional(),
    audio: support.exactOptional(),
    promptCache: support.exactOptional(),
    contextTokens: count.optional(),
    maxOutputTokens: count.optional(),
  })
  .describe('what the model can do, over what is known of it');

/** What every provider may have. It holds for this provider in this process. */
const common = {
  price: price.optional(),
  limits: z
    .strictObject({
      requestsPerMinute: count.optional(),
      tokensPerMinute: count.optional(),
      concurrency: count.optional(),
      maxWaitMs: z.number().nonnegative().optional().describe('longest wait for a turn; 0 refuses at once'),
    })
    .optional(),
  retries: z.int().min(0).max(10).optional().describe('further tries after the first; 2 without it'),
  retryDeadlineMs: milliseconds.optional().describe('no try begins later than this after the first'),
  breaker: z
    .union([
      z.literal(false),
      z.strictObject({
        failures: count.optional(),
        openMs: milliseconds.optional(),
        maxOpenMs: milliseconds.optional(),
      }),
    ])
    .optional()
    .describe('failures in a row that open the circuit (5), and for how long (10 s, at most 60 s); false for none'),
  hedgeAfterMs: milliseconds.optional().describe('a second try begins where the first has said nothing for so long'),
  fallback: z.array(name).optional().describe('providers that are asked when this one fails, in order'),
};

/** What a model that is reached over HTTP may have besides. */
const remote = { ...common, timeouts: timeouts.optional(), capabilities: capabilities.optional() };
const headers = z.record(z.string(), z.string()).optional().describe('sent with each request; no place for secrets');
const keyed = { ...remote, model: text, apiKey: credential.optional(), baseUrl: url.optional(), headers };
const maxTokensField = z.enum(['max_completion_tokens', 'max_tokens']).optional();

/** A model, and how it is reached. */
export const providerConfig = z.discriminatedUnion('vendor', [
  z.strictObject({
    vendor: z.literal('openai'),
    ...keyed,
    organization: text.optional(),
    project: text.optional(),
    api: z.enum(['chat', 'responses']).optional(),
    maxTokensField,
  }),
  z.strictObject({ vendor: z.literal('anthropic'), ...keyed, defaultMaxOutputTokens: count.optional() }),
  z.strictObject({ vendor: z.literal('mistral'), ...keyed, safePrompt: z.boolean().optional() }),
  z.strictObject({ vendor: z.literal('ollama'), ...keyed, keepAlive: z.union([z.string(), z.number()]).optional() }),
  z.strictObject({
    vendor: z.literal('azure-openai'),
    ...remote,
    deployment: text,
    endpoint: url,
    apiVersion: text.optional(),
    apiKey: credential.optional(),
    model: text.optional(),
    headers,
    maxTokensField,
  }),
  z.strictObject({
    vendor: z.literal('vertex'),
    ...remote,
    model: text,
    project: text,
    location: text.optional(),
    accessToken: credential,
    baseUrl: url.optional(),
    headers,
  }),
  z.strictObject({
    vendor: z.literal('bedrock'),
    ...remote,
    model: text,
    region: text.optional(),
    apiKey: credential.optional(),
    profile: text.optional(),
    endpointUrl: url.optional(),
  }),
  z.strictObject({
    vendor: z.literal('http'),
    ...remote,
    model: text,
    url,
    apiKey: credential.optional(),
    headers: z.record(z.string(), credential).optional(),
    maxTokensField,
  }),
  z.strictObject({ vendor: z.literal('offline'), ...common }),
]);
