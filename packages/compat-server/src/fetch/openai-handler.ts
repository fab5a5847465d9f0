import { invalidOptions } from '@tako/core';

import type { EventStream } from '../http/event-stream.js';
import type { RequestHead } from '../http/exchange.js';
import { OpenAIService } from '../http/openai-service.js';
import type { OpenAIServiceOptions } from '../http/server-options.js';
import type { ServeTarget } from '../models/servable.js';

/**
 * The server as a function of web requests, for serverless platforms and runtimes other than Node.
 *
 * ```ts
 * export default { fetch: openAIHandler(agent, { auth }) };
 * ```
 *
 * @throws `invalid` for options that cannot work, and without `auth`.
 */
export function openAIHandler(
  target: ServeTarget,
  options: OpenAIServiceOptions,
): (request: Request) => Promise<Response> {
  if (options.auth === undefined) throw invalidOptions('openAIHandler', 'auth is needed');
  const service = new OpenAIService(target, options);
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const head: RequestHead = {
      method: request.method,
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
    };
    const opened = await service.open(head, pathname);
    const reply = 'answer' in opened ? await opened.answer((maxBytes) => readBytes(request.body, maxBytes)) : opened;
    const { status, headers, body } = reply;
    return new Response(typeof body === 'string' ? body : bytesOf(body, request.signal, service), { status, headers });
  };
}

async function readBytes(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | undefined> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
    size += read.value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The platform asks for as much as its client takes, so a slow reader slows the run. */
function bytesOf(
  stream: EventStream,
  signal: AbortSignal,
  { keepAliveMs, clock }: OpenAIService,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stopTimer = (): void => undefined;
  const end = (): void => {
    stopTimer();
    signal.removeEventListener('abort', leave);
  };
  const leave = (): void => {
    end();
    stream.leave();
  };
  return new ReadableStream<Uint8Array>({
    start() {
      signal.addEventListener('abort', leave, { once: true });
    },
    async pull(controller) {
      const watch = (): void => {
        stopTimer = clock.after(keepAliveMs, () => {
          controller.enqueue(encoder.encode(stream.keepAlive()));
          watch();
        });
      };
      watch();
      const { done, value } = await stream.next();
      stopTimer();
      if (done === true) {
        end();
        controller.close();
      } else controller.enqueue(encoder.encode(value));
    },
    cancel: leave,
  });
}
