import type { Usage } from '@tako/core';
import type { VendorWire, WireAnswer, WireMessage, WirePart, WireRequest, WireRequestView } from '@tako/testing';

/**
 * The wire of Ollama's `/api/chat`, for the conformance suite.
 *
 * Source: https://github.com/ollama/ollama/blob/main/docs/api.md, docs/api/errors.mdx, api/types.go (read 2026-11-23).
 */
export function ollamaWire(): VendorWire {
  return {
    vendor: 'ollama',
    framing: 'ndjson',
    streamContentType: 'application/x-ndjson',
    stream: (answer) =>
      [...answer.parts.flatMap(framesOf), lastFrame(answer)].map((each) => `${JSON.stringify(each)}\n`),
    json: (answer) => JSON.stringify({ ...lastFrame(answer), message: messageOf(answer.parts) }),
    unknownFrame: () => '{"type":"moon_phase","phase":{"full":true}}\n',
    keepAlive: () => '\n',
    errorBody: (_status, message) => JSON.stringify({ error: message }),
    errorFrame: (message) => `${JSON.stringify({ error: message })}\n`,
    readRequest: viewOf,
  };
}

const head = { model: 'conformance:8b', created_at: '2026-11-23T17:21:21.196249Z' };

function frame(message: object): object {
  return { ...head, message: { role: 'assistant', content: '', ...message }, done: false };
}

/** A call travels whole, in a frame before the last one. */
function framesOf(part: WirePart): object[] {
  if (part.type === 'tool_call') return [frame({ tool_calls: [callOf(part)] })];
  return part.deltas.map((text) => frame(part.type === 'text' ? { content: text } : { thinking: text }));
}

function callOf({ id, name, deltas }: Extract<WirePart, { type: 'tool_call' }>): object {
  return { id, function: { index: 0, name, arguments: JSON.parse(deltas.join('') || '{}') } };
}

function messageOf(parts: readonly WirePart[]): object {
  const joined = (type: WirePart['type']): string =>
    parts.flatMap((part) => (part.type === type ? part.deltas : [])).join('');
  const calls = parts.flatMap((part) => (part.type === 'tool_call' ? [callOf(part)] : []));
  return {
    role: 'assistant',
    content: joined('text'),
    ...(joined('reasoning') === '' ? {} : { thinking: joined('reasoning') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function lastFrame({ finishReason, usage }: WireAnswer): object {
  // The server says `stop` after tool calls too.
  const reason = finishReason === 'length' ? 'length' : finishReason === 'other' ? 'moon_phase' : 'stop';
  return {
    ...head,
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: reason,
    total_duration: 174_560_334,
    load_duration: 101_397_084,
    ...(usage === undefined ? {} : usageOf(usage)),
  };
}

/** Zero is left out, as Go's `omitempty` does. */
function usageOf({ inputTokens, outputTokens }: Usage): object {
  return {
    ...(inputTokens === 0 ? {} : { prompt_eval_count: inputTokens }),
    ...(outputTokens === 0 ? {} : { eval_count: outputTokens }),
  };
}

interface Body {
  readonly model: string;
  readonly messages: readonly BodyMessage[];
  readonly tools?: readonly {
    readonly type: string;
    readonly function: { readonly name: string; readonly description?: string; readonly parameters: unknown };
  }[];
  readonly format?: unknown;
  readonly options?: {
    readonly temperature?: number;
    readonly top_p?: number;
    readonly num_predict?: number;
    readonly stop?: readonly string[];
    readonly seed?: number;
  };
  readonly think?: unknown;
  /** True by default. */
  readonly stream?: boolean;
}

interface BodyMessage {
  readonly role: string;
  readonly content: string;
  readonly images?: readonly string[];
  readonly tool_calls?: readonly {
    readonly id?: string;
    readonly function: { readonly name: string; readonly arguments: unknown };
  }[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

/** @throws when the request is none that Ollama would accept. */
function viewOf({ method, url, headers, body: text }: WireRequest): WireRequestView {
  demand(method === 'POST' && url === '/api/chat', `POST /api/chat, got ${method} ${url}`);
  const body: Body = JSON.parse(text);
  demand(typeof body.model === 'string' && body.model !== '', 'a model');
  for (const tool of body.tools ?? []) demand(tool.type === 'function', 'tools of type function');
  for (const field of ['tool_choice', 'temperature', 'max_tokens', 'seed', 'stop'])
    demand(!(field in body), `no ${field} beside the options`);
  const { temperature, top_p: topP, num_predict: maxOutputTokens, stop, seed } = body.options ?? {};
  return {
    model: body.model,
    messages: body.messages.map(messageView),
    tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => {
      return { name, description, inputSchema: parameters };
    }),
    stream: body.stream !== false,
    signatures: [],
    temperature,
    topP,
    maxOutputTokens,
    stop,
    seed,
    responseFormat: body.format === undefined ? undefined : body.format === 'json' ? 'json' : { schema: body.format },
    apiKey: /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1],
  };
}

function messageView(message: BodyMessage): WireMessage {
  const { role, content, images = [], tool_calls: calls = [], tool_name: name, tool_call_id: toolCallId } = message;
  demand(typeof content === 'string', 'content that is text');
  demand(role === 'system' || role === 'user' || role === 'assistant' || role === 'tool', `no role ${role}`);
  for (const image of images) demand(/^[A-Za-z0-9+/]+={0,2}$/.test(image), 'images in base64, without a prefix');
  const isTool = role === 'tool';
  if (isTool) demand(typeof name === 'string', 'the name of the tool in a result');
  return {
    role,
    texts: isTool || content === '' ? [] : [content],
    // The bytes say what an image is.
    images: images.map((base64) => ({ base64, mimeType: base64.startsWith('iVBORw0KGgo') ? 'image/png' : undefined })),
    toolCalls: calls.map(({ id, function: called }) => {
      const { arguments: given } = called;
      demand(typeof given === 'object' && given !== null && !Array.isArray(given), 'arguments that are an object');
      return { id, name: called.name, arguments: JSON.stringify(given) };
    }),
    toolResults: isTool ? [{ toolCallId, name, text: content }] : [],
  };
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Ollama expects ${what}`);
}
