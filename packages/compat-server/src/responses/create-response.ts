import type { ChatResponse, Message } from '@tako/core';
import {
  fromOpenAIResponsesRequest,
  OpenAIResponsesWriter,
  toOpenAIResponsesResponse,
  type OpenAIResponse,
} from '@tako/openai-wire';

import { answerOf, wholeAnswer, type Question } from '../answer/answer.js';
import { Refusal, refused } from '../errors/failure.js';
import type { Reply } from '../http/exchange.js';
import { openEventStream } from '../http/event-stream.js';
import { emptyIn, excessIn } from '../http/check-request.js';
import { eventStreamHeaders, jsonHeaders } from '../http/headers.js';
import type { ModelDoor } from '../http/model-door.js';
import { ignoredHeader, refusedField } from '../http/unsupported-fields.js';
import { withItems } from './item-references.js';
import { responseFailed, responseFrame, responseFrames } from './response-frames.js';
import { responsesFieldRules } from './responses-field-rules.js';
import { unansweredIn } from './unanswered-in.js';

/** Answers `POST /v1/responses`. @throws Refusal; what the target throws. */
export async function createResponse(given: unknown, door: ModelDoor): Promise<Reply> {
  const body = await withItems(given, door);
  const previousResponseId = textField(body, 'previous_response_id');
  const earlier = previousResponseId === undefined ? [] : await conversationOf(previousResponseId, door);
  const { model, request, stream, rest, ignored } = fromOpenAIResponsesRequest(body, { earlier });
  door.onRequest(request);
  const { previous_response_id: _, store: asked = true, ...others } = rest;
  const failure =
    refusedField(others, responsesFieldRules) ??
    emptyIn(request, 'input') ??
    excessIn(request, door.limits) ??
    unansweredIn(request.messages);
  if (failure !== undefined) throw new Refusal(failure);

  const question: Question = {
    target: door.find(model),
    model,
    request,
    call: door.call(stream),
    paused: door.paused,
    takoEvents: door.takoEvents,
  };
  const instructions = textField(body, 'instructions');
  const store = asked !== false;
  const head = {
    id: `resp_${crypto.randomUUID().replaceAll('-', '')}`,
    model,
    created: Math.floor(door.clock.now() / 1000),
    request,
    previousResponseId,
    instructions,
    store,
    clock: door.clock,
  };
  const named = ignoredHeader(others, ignored);
  /** Instructions hold for one response: who goes on from it gives new ones. */
  const conversation = instructions === undefined ? request.messages : request.messages.slice(1);
  const keep = async (response: OpenAIResponse, content: ChatResponse['message']['content']): Promise<void> => {
    if (!store) return;
    const messages: readonly Message[] = [...conversation, { role: 'assistant', content }];
    await door.responses.keep(question.call.principal, { response, messages });
  };

  if (!stream) {
    const answer = await wholeAnswer(question);
    door.onUsage(answer.usage);
    const response = toOpenAIResponsesResponse(answer, head);
    await keep(response, answer.message.content);
    return { status: 200, headers: { ...jsonHeaders, ...named }, body: JSON.stringify(response) };
  }
  const writer = new OpenAIResponsesWriter(head);
  const frames = responseFrames(await answerOf(question), writer, {
    onTold: (told) => {
      if (told.type === 'finish') door.onUsage(told.usage);
    },
    onEnd: (response) => keep(response, writer.content),
  });
  const { clock, onEnd } = door;
  const { keepAliveMs } = door.limits;
  const events = await openEventStream({
    frames,
    failed: (failed) => responseFailed(writer, failed),
    keepAlive: () => responseFrame(writer.keepAlive()),
    keepAliveMs,
    clock,
    onEnd,
  });
  return { status: 200, headers: { ...eventStreamHeaders, ...named }, body: events };
}

async function conversationOf(id: string, door: ModelDoor): Promise<readonly Message[]> {
  const found = await door.responses.find(door.principal, id);
  if (found !== undefined) return found.messages;
  throw new Refusal(
    refused(404, 'previous_response_not_found', 'The previous response does not exist, or is not kept any more.', {
      param: 'previous_response_id',
    }),
  );
}

function textField(body: unknown, name: 'previous_response_id' | 'instructions'): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value = (body as { readonly [field: string]: unknown })[name]; // hasOwn says that it is there
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new Refusal(refused(400, null, `${name} must be a string.`, { param: name }));
}
