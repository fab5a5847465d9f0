import { relayStream } from '../author/relay-stream.js';
import type { ChatEvent } from '../chat/chat-event.js';
import type { ChatRequest } from '../chat/chat-request.js';
import { costUsd } from '../chat/price.js';
import { ResponseBuilder } from '../chat/response-builder.js';
import type { Usage } from '../chat/usage.js';
import { isTakoError } from '../error/tako-error.js';
import { parseModelId, wrapProvider, type ProviderLayer } from '../provider/provider.js';
import type { Attributes, Span, Tracer } from './tracer.js';

/**
 * A layer that makes a span of each model call: from the first event that is asked for to the end of the stream, however
 * it ends. Put it outermost, so that the span covers all tries; the call inside carries the tracer and the span.
 *
 * A call that is in a span of a model call already is not told once more. Attributes: `providerId`, `model`, `inputTokens`, `outputTokens`, `cachedInputTokens`, `cacheWriteTokens`,
 * `reasoningTokens`, `costUsd`, `finishReason`, `requestId`, `chunks`, and the request's `temperature`, `topP`,
 * `maxOutputTokens`, `seed`, `reasoningEffort`, `outputType` and `stream`, as far as they are known; `isLeft` where the consumer left
 * early. A failed try before is an event `attempt`, the first piece of the answer an event `first_chunk`.
 */
export function traceCalls(tracer: Tracer): ProviderLayer {
  return (next) =>
    wrapProvider(next, (request, call) => {
      if (call.span?.kind === 'model_call') return next.stream(request, call);
      let builder: ResponseBuilder | undefined;
      let chunks = 0;
      let span: Span | undefined;
      let price = next.price;
      let used: Usage | undefined;
      let answered: Attributes | undefined;
      const hear = (event: ChatEvent): void => {
        if (event.type !== 'attempt') builder?.add(event);
        if (isChunk(event) && chunks++ === 0) span?.event('first_chunk');
        if (event.type === 'start') {
          price = event.answeredBy?.price ?? price;
          answered = { requestId: event.requestId, model: event.model, providerId: event.answeredBy?.id };
        } else if (event.type === 'usage') used = event.usage;
        else if (event.type === 'attempt') span?.event('attempt', { providerId: event.providerId, error: event.error });
      };
      /** Told at once: each telling costs as much as the whole of it. */
      const close = (usage: Usage | undefined, ending: Attributes, error?: unknown): void => {
        const cost = price === undefined || usage === undefined ? undefined : costUsd(usage, price);
        span?.set({ ...answered, ...usage, estimated: undefined, costUsd: cost, ...ending, chunks });
        if (builder !== undefined) span?.content?.('output', builder.content());
        span?.end(error);
      };
      return relayStream({
        open: async () => {
          const { vendor, model } = parseModelId(next.id);
          const started = tracer.start(
            'model_call',
            `chat ${model}`,
            { providerId: next.id, vendor, model, stream: call.streaming !== false, ...asked(request) },
            call.span,
          );
          span = started;
          if (started.content !== undefined) {
            builder = new ResponseBuilder();
            started.content('input', request.messages);
          }
          try {
            return { events: inside(started, next.stream(request, { ...call, tracer, span: started })) };
          } catch (error) {
            started.end(error);
            throw error;
          }
        },
        onEvent: hear,
        onFinish: ({ finishReason, usage }) => {
          close(usage ?? used, { finishReason });
        },
        onFail: (error) => {
          close((isTakoError(error) ? error.partial?.usage : undefined) ?? used, {}, error);
          return error;
        },
        onLeave: () => {
          close(used, { isLeft: true });
        },
      });
    });
}

/** The settings of a request, as far as it has them; never what it says. */
function asked({ temperature, topP, maxOutputTokens, seed, reasoning, responseFormat }: ChatRequest): Attributes {
  const outputType = responseFormat === undefined ? undefined : responseFormat.type === 'text' ? 'text' : 'json';
  return { temperature, topP, maxOutputTokens, seed, reasoningEffort: reasoning?.effort, outputType };
}

/** Whether it is a piece of the answer. */
function isChunk({ type }: ChatEvent): boolean {
  return (
    type === 'text_delta' || type === 'reasoning_delta' || type === 'tool_call_start' || type === 'tool_call_delta'
  );
}

/** The same events, each asked for with the span as the ambient one: what a client does for them nests in it. */
function inside(span: Span, events: AsyncIterable<ChatEvent>): AsyncIterable<ChatEvent> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = events[Symbol.asyncIterator]();
      return {
        next: () => span.run(() => iterator.next()),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
