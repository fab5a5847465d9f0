import { eventsFromOpenAI, fromOpenAISse } from '@tako/openai-wire';

import type { OpenAIApi } from './api.js';
import { toOpenAIBody } from './to-openai.js';

/** The chat completions API: what OpenAI and all servers that follow it speak. */
export const chatCompletions: OpenAIApi = {
  toBody: (request, options) => ({ path: '/chat/completions', ...toOpenAIBody(request, options) }),
  fromWhole: eventsFromOpenAI,
  fromSse: fromOpenAISse,
};
