import type { HttpResponse } from '@tako/core';
import type { ChatEvent } from '@tako/core/provider';
import type { FromOpenAIOptions } from '@tako/openai-wire';

import type { OpenAIApi } from './api.js';
import { fromOpenAIBody } from './from-openai.js';

/**
 * The events of an answer, streamed or whole, whichever was asked for: a server that cannot stream answers with JSON.
 *
 * @param stream what was asked for, which counts where the content type says nothing
 * @throws as the reader of the API in `@tako/openai-wire`, and as `fromOpenAIBody`.
 */
export async function fromOpenAIAnswer(
  { headers, body }: HttpResponse,
  api: OpenAIApi,
  stream: boolean,
  options: FromOpenAIOptions,
): Promise<AsyncIterable<ChatEvent>> {
  const type = headers['content-type'] ?? '';
  const isStream = stream ? !/^application\/([\w.-]+\+)?json/i.test(type) : /^text\/event-stream/i.test(type);
  return isStream ? api.fromSse(body, options) : told(await fromOpenAIBody(body, api, options));
}

async function* told(events: readonly ChatEvent[]): AsyncGenerator<ChatEvent> {
  for (const event of events) yield event;
}
