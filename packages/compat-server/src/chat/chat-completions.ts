import { fromOpenAIRequest, toOpenAIResponse } from '@tako/openai-wire';

import { answerOf, wholeAnswer, type Question } from '../answer/answer.js';
import { Refusal, refused } from '../errors/failure.js';
import type { Reply } from '../http/exchange.js';
import { openEventStream } from '../http/event-stream.js';
import { emptyIn, excessIn } from '../http/check-request.js';
import { eventStreamHeaders, jsonHeaders } from '../http/headers.js';
import type { ModelDoor } from '../http/model-door.js';
import { ignoredHeader, refusedField } from '../http/unsupported-fields.js';
import { chatFieldRules } from './chat-field-rules.js';
import { chatFailed, chatFrames, chatKeepAlive } from './chat-frames.js';
import { unansweredCall } from './unanswered-call.js';

/** Answers `POST /v1/chat/completions`. @throws Refusal; what the target throws. */
export async function chatCompletions(body: unknown, door: ModelDoor): Promise<Reply> {
  if (isForResponses(body)) {
    throw new Refusal(
      refused(400, null, 'This body is one of the Responses API: send it to /v1/responses.', { param: 'input' }),
    );
  }
  const { model, request, stream, includeUsage, rest, ignored } = fromOpenAIRequest(body);
  door.onRequest(request);
  const failure =
    refusedField(rest, chatFieldRules) ??
    emptyIn(request, 'messages') ??
    excessIn(request, door.limits) ??
    unansweredCall(messagesOf(body));
  if (failure !== undefined) throw new Refusal(failure);

  const question: Question = {
    target: door.find(model),
    model,
    request,
    call: door.call(stream),
    paused: door.paused,
    takoEvents: door.takoEvents,
  };
  const id = `chatcmpl-${crypto.randomUUID().replaceAll('-', '')}`;
  const head = { id, model, created: Math.floor(door.clock.now() / 1000) };
  const named = ignoredHeader(rest, ignored);
  if (!stream) {
    const response = await wholeAnswer(question);
    door.onUsage(response.usage);
    const text = JSON.stringify(toOpenAIResponse(response, head));
    return { status: 200, headers: { ...jsonHeaders, ...named }, body: text };
  }
  const frames = chatFrames(await answerOf(question), { ...head, includeUsage }, (told) => {
    if (told.type === 'finish') door.onUsage(told.usage);
  });
  const { clock, onEnd } = door;
  const { keepAliveMs } = door.limits;
  const keepAlive = (): string => chatKeepAlive;
  const events = await openEventStream({ frames, failed: chatFailed, keepAlive, keepAliveMs, clock, onEnd });
  return { status: 200, headers: { ...eventStreamHeaders, ...named }, body: events };
}

/** Some clients send bodies of the other API here; an empty prompt would be the worst answer. */
function isForResponses(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'input') && !Object.hasOwn(body, 'messages');
}

function messagesOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'messages' in body ? body.messages : undefined;
}
