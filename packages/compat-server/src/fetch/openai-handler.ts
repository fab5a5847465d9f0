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
    const { host, pathname, search } = new URL(request.url);
    const gone = new AbortController();
    const head: RequestHead = {
      method: request.method,
      url: pathname + search,
      // Runtimes may leave it out: it is what the URL was made of.
      headers: { host, ...Object.fromEntries(request.headers) },
      signal: AbortSignal.any([request.signal, gone.signal]),
      abort: (reason) => {
        gone.abort(reason);
      },
    };
    const opened = await service.open(head, pathname);
    const reply =
      'answer' in opened
        ? await opened.answer((maxBytes, signal) => readBytes(request.body, maxBytes, signal))
        : opened;
    const { status, headers, body } = reply;
    return new Response(typeof body === 'string' ? body : bytesOf(body, head, service), { status, headers });
  };
}

async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const reader = body?.getReader();
  const onAbort = (): void => {
    reader?.cancel(signal.reason).catch(() => undefined); // it is given up, whatever comes of it
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      size += read.value.length;
      if (size > maxBytes) {
        await reader?.cancel();
        return undefined;
      }
      chunks.push(read.value);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  signal.throwIfAborted(); // a body that was given up ends as if it were whole
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
  { signal, abort }: RequestHead,
  { limits: { keepAliveMs }, clock }: OpenAIService,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stopTimer = (): void => undefined;
  const end = (): void => {
    stopTimer();
    signal.removeEventListener('abort', leave);
  };
  const leave = (): void => {
    end();
    abort(new Error('the client has gone'));
    stream.leave();
  };
  return new ReadableStream<Uint8Array>({
    start() {
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave(); // it was left before it began: nothing will tell
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
