import { eventsFromOpenAIResponses, fromOpenAIResponsesSse, toOpenAIResponses } from '@tako/openai-wire';

import type { OpenAIApi } from '../api.js';

/**
 * The Responses API, for `openai({ model, api: responses })`: OpenAI's newest models take tools while they reason here alone.
 * Each request carries the whole conversation, nothing is stored, and a model's reasoning is handed back to it, encrypted.
 *
 * It has no `stop` and takes no sound (`unsupported`), and no `seed` (warning `ignored_seed`).
 */
export const responses: OpenAIApi = {
  toBody: (request, { reasons, ...options }) => ({
    path: '/responses',
    ...toOpenAIResponses(request, { ...options, encryptedReasoning: reasons }),
  }),
  fromWhole: eventsFromOpenAIResponses,
  fromSse: fromOpenAIResponsesSse,
};
