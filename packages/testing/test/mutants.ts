import {
  attachPartial,
  call as callOf,
  collect,
  isTakoError,
  TakoError,
  wrapProvider,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type Provider,
} from '@tako/core';
import { fetchTransport, providerError } from '@tako/core/provider';

import { acme, type AcmeOptions } from './acme/acme.js';
import type { AcmeFrame } from './acme/acme-frame.js';
import { fromAcme } from './acme/from-acme.js';
import { readFrames } from './acme/read-frames.js';
import { toAcme } from './acme/to-acme.js';

/** A provider with one fault, and the case that must find it. */
export interface Mutant {
  readonly fault: string;
  readonly caughtBy: string;
  readonly make: (options: AcmeOptions) => Provider;
}

/** Every fault here is one that a provider has had somewhere. */
export const mutants: readonly Mutant[] = [
  streams('finishes twice', 'streaming: a text arrives whole, with one finish at its end', async function* (events) {
    for await (const event of events) {
      yield event;
      if (event.type === 'finish') yield event;
    }
  }),
  streams('goes on after finish', 'streaming: after finish the stream is over', (events) => {
    const inner = events[Symbol.asyncIterator]();
    const last: ChatEvent = { type: 'warning', code: 'late', message: 'One more thing.' };
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const result = await inner.next();
          return result.done === true ? { done: false, value: last } : result;
        },
      }),
    };
  }),
  streams('tells all at once, at the end', 'streaming: text is told while', async function* (events) {
    const kept: ChatEvent[] = [];
    for await (const event of events) kept.push(event);
    yield* kept;
  }),
  streams('counts parts from 1', 'streaming: indexes count up', async function* (events) {
    for await (const event of events) yield 'index' in event ? { ...event, index: event.index + 1 } : event;
  }),
  streams('tells a date', 'streaming: every event is plain JSON', async function* (events) {
    for await (const event of events) {
      yield event.type === 'start' ? Object.assign({}, event, { at: new Date() }) : event;
    }
  }),
  streams('drops the id of the request', 'streaming: start tells the id', async function* (events) {
    for await (const event of events) yield event.type === 'start' ? { type: 'start' } : event;
  }),
  streams(
    'takes every end for stop',
    'streaming: an answer that ends so finishes with length',
    async function* (events) {
      for await (const event of events) yield event.type === 'finish' ? { ...event, finishReason: 'stop' } : event;
    },
  ),
  streams('adds snapshots of the usage up', 'usage: snapshots replace each other', async function* (events) {
    let sum = 0;
    for await (const event of events) {
      if (event.type !== 'usage' && event.type !== 'finish') yield event;
      else {
        sum += event.usage?.outputTokens ?? 0;
        yield { ...event, usage: { inputTokens: event.usage?.inputTokens ?? 0, outputTokens: sum } };
      }
    }
  }),
  streams('makes zeros of usage that was not told', 'usage: an answer without a report', async function* (events) {
    for await (const event of events) {
      yield event.type === 'finish'
        ? { usage: { inputTokens: 0, outputTokens: 0 }, ...withoutUndefined(event) }
        : event;
    }
  }),
  streams('swallows a break', 'broken streams: the connection ends in mid-frame', async function* (events) {
    try {
      yield* events;
    } catch (error) {
      if (!isTakoError(error, 'transport')) throw error;
      yield { type: 'finish', finishReason: 'stop' };
    }
  }),
  streams('forgets what came before a break', 'broken streams: the body ends in mid-frame', async function* (events) {
    try {
      yield* events;
    } catch (error) {
      throw attachPartial(error, { content: [] });
    }
  }),
  {
    ...streams('throws what is not ours', 'connections: a refused one is transport', async function* (events) {
      try {
        yield* events;
      } catch (error) {
        throw new Error('fetch failed', { cause: error });
      }
    }),
  },
  {
    fault: 'finishes without the end of the wire',
    caughtBy: 'broken streams: a body that ends without its end',
    make: (options) =>
      acme({
        ...options,
        translate: async function* (frames) {
          for await (const event of fromAcme(frames)) {
            yield event;
            if (event.type === 'finish') return;
          }
          yield { type: 'finish', finishReason: 'stop' };
        },
      }),
  },
  {
    fault: 'ends tool calls that broke off',
    caughtBy: 'broken streams: a tool call that breaks off is not ended',
    make: (options) => acme({ ...options, translate: endingHalfCalls }),
  },
  {
    fault: 'reads characters chunk by chunk',
    caughtBy: 'chunking: text and parallel tool calls arrive cut inside every character',
    make: (options) =>
      acme({
        ...options,
        decode: async function* (body) {
          for await (const bytes of body) yield new TextDecoder().decode(bytes);
        },
      }),
  },
  {
    fault: 'takes each chunk for whole lines',
    caughtBy: 'chunking: text and parallel tool calls arrive seven bytes at a time',
    make: (options) =>
      acme({
        ...options,
        read: async function* (texts) {
          for await (const text of texts) yield* readFrames(only(text));
        },
      }),
  },
  {
    fault: 'reads one frame of each chunk',
    caughtBy: 'chunking: text and parallel tool calls arrive in one write',
    make: (options) =>
      acme({
        ...options,
        read: async function* (texts) {
          for await (const text of texts) {
            for await (const frame of readFrames(only(text))) {
              yield frame;
              break;
            }
          }
        },
      }),
  },
  reads('throws at a frame that it does not know', 'streaming: frames of a kind that is not known', (frame) => {
    if (!['hello', 'thought', 'text', 'call', 'arguments', 'failed', 'done'].includes(frame.kind)) {
      throw providerError('malformed_response', 'what is this?');
    }
    return frame;
  }),
  reads('skips an error in mid-stream', 'broken streams: an error in mid-stream', (frame) =>
    frame.kind === 'failed' ? { kind: 'done', why: 'complete' } : frame,
  ),
  reads('puts all arguments into the first call', 'tool calls: two parallel calls, their pieces mixed', (frame) =>
    frame.kind === 'arguments' ? { ...frame, key: 0 } : frame,
  ),
  reads('gives every call the same id', 'tool calls: two parallel calls, one after the other', (frame) =>
    frame.kind === 'call' ? { ...frame, id: 'call' } : frame,
  ),
  {
    fault: 'skips a frame that it cannot read',
    caughtBy: 'broken streams: a frame that cannot be read is not skipped',
    make: (options) => acme({ ...options, read: skippingGarbage }),
  },
  streams('repairs arguments', 'tool calls: arguments that are not JSON', async function* (events) {
    for await (const event of events) {
      yield event.type === 'tool_call_end'
        ? { ...event, arguments: isJson(event.arguments) ? event.arguments : '{}' }
        : event;
    }
  }),
  calls('forgets its listener', 'cancellation: no listener is left on the signal after success', (call) => {
    call.signal.addEventListener('abort', () => undefined);
    return call;
  }),
  calls('does not hear an abort', 'cancellation: an abort while the vendor has not answered', (call) =>
    callOf({ ...call, signal: new AbortController().signal }),
  ),
  {
    fault: 'hears an abort only when the vendor speaks',
    caughtBy: 'cancellation: an abort while the next event does not come',
    make: (options) => {
      const model = acme(options);
      return wrapProvider(model, async function* (request, call) {
        const deaf = callOf({ ...call, signal: new AbortController().signal });
        for await (const event of model.stream(request, deaf)) {
          if (call.signal.aborted) throw new TakoError('cancelled', 'cancelled', { cause: call.signal.reason });
          yield event;
        }
      });
    },
  },
  streams('loses the reason of an abort', 'cancellation: an abort in mid-text is thrown', async function* (events) {
    try {
      yield* events;
    } catch (error) {
      if (!isTakoError(error, 'cancelled')) throw error;
      throw new TakoError('cancelled', 'cancelled', { partial: error.partial });
    }
  }),
  {
    fault: 'drains the answer when its consumer has left',
    caughtBy: 'cancellation: a consumer that leaves in mid-text',
    make: (options) => {
      const model = acme(options);
      return wrapProvider(model, async function* (request, call) {
        const inner = model.stream(request, call)[Symbol.asyncIterator]();
        for (;;) {
          const { done, value } = await inner.next(); // without return(): nobody closes what is inside
          if (done === true) return;
          yield value;
        }
      });
    },
  },
  {
    fault: 'asks the vendor before anybody listens',
    caughtBy: 'contract: nothing happens before the first event',
    make: (options) => {
      const model = acme(options);
      return wrapProvider(model, (request, call) => {
        const inner = model.stream(request, call)[Symbol.asyncIterator]();
        const first = inner.next();
        first.catch(() => undefined);
        return {
          async *[Symbol.asyncIterator]() {
            for (let result = await first; result.done !== true; result = await inner.next()) yield result.value;
          },
        };
      });
    },
  },
  {
    fault: 'warms its connection up',
    caughtBy: 'contract: making a provider opens no connection',
    make: (options) => {
      fetch(options.baseUrl).catch(() => undefined);
      return acme(options);
    },
  },
  {
    fault: 'splits the id at the last colon',
    caughtBy: 'contract: the id is vendor and model',
    make: (options) => ({ ...acme(options), id: `acme/${options.model}` }),
  },
  {
    fault: 'shares what it reads between calls',
    caughtBy: 'contract: calls at the same time do not mix',
    make: (options) => {
      let rest = '';
      return acme({
        ...options,
        read: async function* (texts) {
          for await (const text of texts) {
            const lines = (rest + text).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) yield* readFrames(only(`${line}\n`));
          }
        },
      });
    },
  },
  follows('a redirect', 'connections: a redirect (308)'),
  {
    fault: 'tries again by itself',
    caughtBy: 'error answers: a failure of the vendor is asked for once',
    make: (options) => {
      const model = acme(options);
      return wrapProvider(model, async function* (request, call) {
        try {
          yield* model.stream(request, call);
        } catch {
          yield* model.stream(request, call);
        }
      });
    },
  },
  errors('shows the key', 'secrecy: an error answer (401)', (error, { apiKey }) => {
    error.message += ` (key ${apiKey})`;
  }),
  errors('keeps the key beside the message', 'secrecy: an error answer (401)', (error, { apiKey }) => {
    Object.assign(error, { headers: { 'x-acme-key': apiKey } });
  }),
  errors('quotes the prompt', 'secrecy: an error answer (400)', (error, _, request) => {
    error.message += JSON.stringify(request.messages);
  }),
  errors('shows the request when it gives up waiting', 'secrecy: a time limit', (error, _, request) => {
    if (error.code === 'timeout') Object.assign(error, { request });
  }),
  errors('gives every failure the same code', 'error answers: 503 is overloaded', (error) => {
    Object.assign(error, { code: 'provider' });
  }),
  errors('calls a wrong key worth another try', 'error answers: 401 is auth', (error) => {
    Object.assign(error, { retryable: true });
  }),
  errors('does not read how long to wait', 'error answers: retry-after as an HTTP date', (error) => {
    Object.assign(error, { retryAfterMs: undefined });
  }),
  errors('keeps the whole body', 'error answers: a long body', (error) => {
    error.message += 'x'.repeat(10_000);
  }),
  errors("drops the vendor's explanation", "error answers: the vendor's explanation", (error) => {
    error.message = 'Something went wrong.';
  }),
  {
    fault: 'knows no time limit',
    caughtBy: 'time limits: connect',
    make: (options) => acme({ ...options, timeouts: {} }),
  },
  {
    fault: 'counts keep-alives as events',
    caughtBy: 'time limits: between events',
    make: (options) =>
      acme({
        ...options,
        read: async function* (texts) {
          for await (const text of texts) {
            if (text.trim() === '' || text.startsWith(':')) yield { kind: 'text', text: '' };
            else yield* readFrames(only(text));
          }
        },
      }),
  },
  {
    fault: 'counts the time that its consumer takes',
    caughtBy: 'time limits: a consumer that takes its time',
    make: (options) =>
      acme({ ...options, timeouts: { ...options.timeouts, totalMs: options.timeouts?.betweenEventsMs } }),
  },
  asks('drops the second result', 'history: two parallel tools, both results', (messages) =>
    messages.map((message) =>
      message.role === 'tool' ? { ...message, content: message.content.slice(0, 1) } : message,
    ),
  ),
  asks('goes by order instead of ids', 'history: results in another order', (messages) => {
    const ids = messages.flatMap(({ content }) =>
      content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])),
    );
    return messages.map((message) =>
      message.role === 'tool'
        ? { ...message, content: message.content.map((part) => ({ ...part, toolCallId: ids.shift() ?? '' })) }
        : message,
    );
  }),
  asks('does not say that a tool failed', 'history: a result that failed is told apart', (messages) =>
    messages.map((message) =>
      message.role === 'tool'
        ? { ...message, content: message.content.map((part) => ({ ...part, isError: false })) }
        : message,
    ),
  ),
  asks('keeps the first system text only', 'requests: all system texts arrive', (messages) => {
    const first = messages.find(({ role }) => role === 'system');
    return messages.filter((message) => message.role !== 'system' || message === first);
  }),
  asks("keeps nobody's state", "history: the vendor's own state", (messages) =>
    JSON.parse(JSON.stringify(messages), (key: string, value: unknown) => (key === 'vendorData' ? undefined : value)),
  ),
  asks('leaves images out', 'parts: an image arrives, with text', (messages) =>
    messages.map((message) =>
      message.role === 'user'
        ? { ...message, content: message.content.filter(({ type }) => type !== 'image') }
        : message,
    ),
  ),
  asks('leaves files out', 'parts: a file arrives or is refused', (messages) =>
    messages.map((message) =>
      message.role === 'user'
        ? { ...message, content: message.content.filter(({ type }) => type !== 'file') }
        : message,
    ),
  ),
  {
    fault: "sends everybody's state",
    caughtBy: "history: another vendor's state",
    make: (options) =>
      acme({
        ...options,
        write: (request, model, stream) => ({ ...toAcme(request, model, stream), raw: request.messages }),
      }),
  },
  {
    fault: 'writes to the request',
    caughtBy: 'requests: a frozen request works',
    make: (options) =>
      acme({
        ...options,
        write: (request, model, stream) => {
          Object.assign(request, { temperature: 1 });
          return toAcme(request, model, stream);
        },
      }),
  },
  {
    fault: 'forgets what the model cannot do',
    caughtBy: 'parts: an image, where the model certainly cannot',
    make: (options) => acme({ ...options, capabilities: undefined }),
  },
  writes('a temperature of 0 as none', 'requests: a temperature of 0', (request) => ({
    ...request,
    temperature: request.temperature === 0 ? undefined : request.temperature,
  })),
  writes('no seed', 'requests: a seed', (request) => ({ ...request, seed: undefined })),
  writes('one stop text', 'requests: stop texts', (request) => ({ ...request, stop: request.stop?.slice(0, 1) })),
  writes('settings of its own', 'requests: what is not asked for', (request) => ({ temperature: 0.7, ...request })),
  writes('no field of vendorOptions', 'requests: vendorOptions of the vendor', (request) => ({
    ...request,
    vendorOptions: undefined,
  })),
  {
    fault: 'leaves tool calls out of whole answers',
    caughtBy: 'unstreamed: chat equals the collected stream, for tool calls',
    make: (options) => {
      const model = acme(options);
      const withoutCalls = async (request: ChatRequest, call: Call) => {
        const response = await collect(model.stream(request, call));
        const content = response.message.content.filter(({ type }) => type !== 'tool_call');
        return { ...response, message: { ...response.message, content } };
      };
      return { ...model, chat: withoutCalls };
    },
  },
];

type Stream = (events: AsyncIterable<ChatEvent>) => AsyncIterable<ChatEvent>;

function streams(fault: string, caughtBy: string, change: Stream): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, (request, call) => change(model.stream(request, call)));
  };
  return { fault, caughtBy, make };
}

function calls(fault: string, caughtBy: string, change: (call: Call) => Call): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, async function* (request, call) {
      yield* model.stream(request, change(call));
    });
  };
  return { fault, caughtBy, make };
}

type ChangeError = (error: TakoError, options: AcmeOptions, request: ChatRequest) => void;

function errors(fault: string, caughtBy: string, change: ChangeError): Mutant {
  const make = (options: AcmeOptions): Provider => {
    const model = acme(options);
    return wrapProvider(model, async function* (request, call) {
      try {
        yield* model.stream(request, call);
      } catch (error) {
        if (isTakoError(error)) change(error, options, request);
        throw error;
      }
    });
  };
  return { fault, caughtBy, make };
}

function reads(fault: string, caughtBy: string, change: (frame: AcmeFrame) => AcmeFrame): Mutant {
  const make = (options: AcmeOptions): Provider =>
    acme({
      ...options,
      translate: (frames) =>
        fromAcme(
          (async function* () {
            for await (const frame of frames) yield change(frame);
          })(),
        ),
    });
  return { fault, caughtBy, make };
}

function writes(fault: string, caughtBy: string, change: (request: ChatRequest) => ChatRequest): Mutant {
  const make = (options: AcmeOptions): Provider =>
    acme({ ...options, write: (request, model, stream) => toAcme(change(request), model, stream) });
  return { fault: `writes ${fault}`, caughtBy, make };
}

function asks(fault: string, caughtBy: string, change: (messages: readonly Message[]) => readonly Message[]): Mutant {
  const { make } = writes(fault, caughtBy, (request) => ({ ...request, messages: change(request.messages) }));
  return { fault, caughtBy, make };
}

function follows(what: string, caughtBy: string): Mutant {
  const transport = fetchTransport((url, init) => fetch(url, { ...init, redirect: 'follow' }));
  return { fault: `follows ${what}`, caughtBy, make: (options) => acme({ ...options, transport }) };
}

async function* endingHalfCalls(frames: AsyncIterable<AcmeFrame> | Iterable<AcmeFrame>): AsyncGenerator<ChatEvent> {
  const open = new Map<number, string>();
  try {
    for await (const event of fromAcme(frames)) {
      if (event.type === 'tool_call_start') open.set(event.index, '');
      if (event.type === 'tool_call_delta') open.set(event.index, (open.get(event.index) ?? '') + event.argumentsDelta);
      if (event.type === 'tool_call_end') open.delete(event.index);
      yield event;
    }
  } catch (error) {
    for (const [index, text] of open) yield { type: 'tool_call_end', index, arguments: text };
    throw error;
  }
}

async function* skippingGarbage(texts: AsyncIterable<string>): AsyncGenerator<AcmeFrame> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const json = line.replace(/^data: ?/, '');
      if (isJson(json)) yield JSON.parse(json) as AcmeFrame; // as readFrames does
    }
  }
}

async function* only(text: string): AsyncGenerator<string> {
  yield text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T; // fewer keys, same type
}
