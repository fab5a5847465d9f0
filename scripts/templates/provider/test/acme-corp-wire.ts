import type { FinishReason, Usage } from '@tako/core';
import type {
  VendorWire,
  WireAnswer,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
} from '@tako/testing';

/**
 * AcmeCorp's wire as the vendor speaks it, for the conformance suite. It is written from the vendor's documentation and
 * shares no code with `src`: a mistake made in both places would never show.
 *
 * Source: https://docs.acme-corp.example/api (read on …).
 */
export function acmeCorpWire(): VendorWire {
  return {
    vendor: 'acme-corp',
    framing: 'sse',
    streamContentType: 'text/event-stream',
    stream: (answer) => framesOf(answer).map(frame),
    json: wholeOf,
    unknownFrame: () => frame({ kind: 'horoscope', text: 'Today is a good day for boars.' }),
    keepAlive: () => ': still here\n\n',
    errorBody: (status, message, code) => JSON.stringify({ error: { code: code ?? `e${status}`, message } }),
    errorFrame: (message) => frame({ kind: 'failed', status: 500, error: { code: 'e500', message } }),
    readRequest: viewOf,
  };
}

function frame(content: object): string {
  return `data: ${JSON.stringify(content)}\n\n`;
}

// The answer.

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'complete',
  length: 'limit',
  tool_calls: 'tools',
  content_filter: 'withheld',
  error: 'broken',
  other: 'full_moon', // no word of theirs
};

function framesOf({ parts, interleaved = false, finishReason, usage, usageRepeated = false }: WireAnswer): object[] {
  const early = usageRepeated && usage !== undefined ? { ...usage, outputTokens: 1 } : undefined;
  const perPart = parts.map(partFrames);
  return [
    { kind: 'hello', model: 'conformance-1', tokens: tokensOf(early) },
    ...(interleaved ? inTurn(perPart) : perPart.flat()),
    { kind: 'done', reason: words[finishReason], tokens: tokensOf(usage) },
  ];
}

function partFrames(part: WirePart, key: number): object[] {
  const { deltas, signature: seal } = part;
  switch (part.type) {
    case 'text':
      return deltas.map((text) => ({ kind: 'text', text }));
    case 'reasoning':
      return [
        ...deltas.map((text) => ({ kind: 'thought', text })),
        ...(seal === undefined ? [] : [{ kind: 'thought', text: '', seal }]),
      ];
    case 'tool_call':
      return [
        { kind: 'call', key, id: part.id, name: part.name },
        ...deltas.map((text) => ({ kind: 'arguments', key, text })),
      ];
  }
}

/** One of each list in turn. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function wholeOf({ parts, finishReason, usage }: WireAnswer): string {
  return JSON.stringify({
    model: 'conformance-1',
    parts: parts.map((part) => {
      const text = part.deltas.join('');
      if (part.type === 'tool_call') return { kind: 'call', id: part.id, name: part.name, arguments: text };
      return part.type === 'text' ? { kind: 'text', text } : { kind: 'thought', text, seal: part.signature };
    }),
    reason: words[finishReason],
    tokens: tokensOf(usage),
  });
}

/** Their `in` counts what no cache had part in. */
function tokensOf(usage: Usage | undefined): object | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, cachedInputTokens: cached, cacheWriteTokens: stored, reasoningTokens } = usage;
  return {
    in: inputTokens - (cached ?? 0) - (stored ?? 0),
    out: outputTokens,
    cached,
    stored,
    thought: reasoningTokens,
  };
}

// The request.

interface Body {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly { readonly role: string; readonly parts: readonly BodyPart[] }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly schema: unknown }[];
  readonly tool_choice?: 'auto' | 'never' | 'must' | { readonly tool: string };
  readonly parallel_calls?: boolean;
  readonly form?: { readonly kind: 'json' } | { readonly kind: 'schema'; readonly schema: unknown };
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
}

interface BodyPart {
  readonly kind: string;
  readonly text?: string;
  readonly seal?: string;
  readonly mime?: string;
  readonly base64?: string;
  readonly url?: string;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly failed?: boolean;
  readonly parts?: readonly BodyPart[];
}

/** @throws when the request is none that the vendor would accept. */
function viewOf({ method, url, headers, body: text }: WireRequest): WireRequestView {
  demand(method === 'POST' && url === '/v1/answers', `POST /v1/answers, got ${method} ${url}`);
  demand(headers['content-type'] === 'application/json', 'JSON');
  const body: Body = JSON.parse(text);
  const { model, stream, messages, tools = [], tool_choice: choice, form, temperature, stop, seed } = body;
  const parts = messages.flatMap((message) => message.parts);
  const called = new Set(parts.flatMap(({ kind, id }) => (kind === 'call' ? [id] : [])));
  for (const { kind, id } of parts) demand(kind !== 'result' || called.has(id), 'results of calls that were made');
  return {
    model,
    stream,
    messages: messages.map(messageView),
    tools: tools.map(({ name, description, schema }) => ({ name, description, inputSchema: schema })),
    toolChoice: typeof choice === 'object' ? { name: choice.tool } : choiceView(choice),
    parallelToolCalls: body.parallel_calls,
    responseFormat: form?.kind === 'schema' ? { schema: form.schema } : form?.kind,
    maxOutputTokens: body.max_tokens,
    temperature,
    topP: body.top_p,
    stop,
    seed,
    signatures: parts.flatMap(({ seal }) => (seal === undefined ? [] : [seal])),
    apiKey: /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1],
  };
}

function choiceView(choice: 'auto' | 'never' | 'must' | undefined): WireRequestView['toolChoice'] {
  return choice === 'never' ? 'none' : choice === 'must' ? 'required' : choice;
}

function messageView({ role, parts }: Body['messages'][number]): WireMessage {
  demand(role === 'system' || role === 'user' || role === 'assistant' || role === 'tool', `no role ${role}`);
  const ofKind = (kind: string): readonly BodyPart[] => parts.filter((part) => part.kind === kind);
  return {
    role,
    texts: ofKind('text').map(({ text = '' }) => text),
    images: parts.flatMap(({ kind, mime, base64, url }): WireImage[] => {
      if (kind === 'media' && mime?.startsWith('image/') === true) return [{ mimeType: mime, base64 }];
      return kind === 'image_link' ? [{ url }] : [];
    }),
    toolCalls: ofKind('call').map(({ id, name = '', arguments: given = '' }) => ({ id, name, arguments: given })),
    toolResults: ofKind('result').map(({ id, failed, parts: inner = [] }) => ({
      toolCallId: id,
      isError: failed,
      text: inner.map(({ text = '' }) => text).join(''),
    })),
  };
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`AcmeCorp expects ${what}`);
}
