import type { Call } from '@tako/core';
import { fromOpenAIRequest, toOpenAIResponse } from '@tako/openai-wire';

import { answerOf, wholeAnswer } from '../answer/answer.js';
import { Refusal, refused } from '../errors/failure.js';
import type { Reply } from '../http/exchange.js';
import { openEventStream } from '../http/event-stream.js';
import { eventStreamHeaders, jsonHeaders } from '../http/headers.js';
import type { ModelDoor } from '../http/model-door.js';
import { chatFailed, chatFrames, chatKeepAlive } from './chat-frames.js';
import { refusedField } from './field-rules.js';

/** Answers `POST /v1/chat/completions`. @throws Refusal; what the target throws. */
export async function chatCompletions(body: unknown, door: ModelDoor): Promise<Reply> {
  if (isForResponses(body)) {
    throw new Refusal(
      refused(400, null, 'This body is one of the Responses API: send it to /v1/responses.', { param: 'input' }),
    );
  }
  const { model, request, stream, includeUsage, rest } = fromOpenAIRequest(body);
  const failure = refusedField(rest);
  if (failure !== undefined) throw new Refusal(failure);

  const target = door.find(model);
  const call: Call = door.call();
  const head = {
    id: `chatcmpl-${crypto.randomUUID().replaceAll('-', '')}`,
    model,
    created: Math.floor(door.clock.now() / 1000),
  };
  if (!stream) {
    const response = await wholeAnswer(target, request, call);
    door.onUsage(response.usage);
    door.onEnd();
    return { status: 200, headers: jsonHeaders, body: JSON.stringify(toOpenAIResponse(response, head)) };
  }
  const answer = answerOf(target, request, call, { takoEvents: door.takoEvents });
  const frames = chatFrames(answer, { ...head, includeUsage }, (told) => {
    if (told.type === 'finish') door.onUsage(told.usage);
  });
  const events = await openEventStream({
    frames,
    failed: chatFailed,
    keepAlive: () => chatKeepAlive,
    keepAliveMs: door.keepAliveMs,
    clock: door.clock,
    onEnd: door.onEnd,
  });
  return { status: 200, headers: eventStreamHeaders, body: events };
}

/** Some clients send bodies of the other API here; an empty prompt would be the worst answer. */
function isForResponses(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'input') && !Object.hasOwn(body, 'messages');
}
