import type { FinishReason, Usage } from '@tako/core';

import type {
  VendorWire,
  WireAnswer,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
  WireTool,
} from '../conformance/vendor-wire.js';

/** How a vendor's dialect differs from OpenAI's own. */
export interface OpenAIDialectOptions {
  /** @defaultValue `openai` */
  readonly vendor?: string | undefined;
  /** Reads the key that a request shows. @defaultValue the bearer token */
  readonly keyOf?: ((headers: WireRequest['headers']) => string | undefined) | undefined;
}

/**
 * The wire of OpenAI's chat completions, as the vendor and those that follow it speak it.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat (read 2026-11-23). `reasoning_content` is DeepSeek's and vLLM's.
 */
export function openAIDialect(options: OpenAIDialectOptions = {}): VendorWire {
  const { vendor = 'openai', keyOf = bearerToken } = options;
  return {
    vendor,
    framing: 'sse',
    streamContentType: 'text/event-stream; charset=utf-8',
    stream: (answer) => [...chunksOf(answer).map((chunk) => sse(chunk)), 'data: [DONE]\n\n'],
    json: (answer) => JSON.stringify(completionOf(answer)),
    unknownFrame: () => 'event: telemetry.sampled\ndata: {"object":"telemetry","load":0.25}\n\n',
    keepAlive: () => ': ping\n\n',
    errorBody: (status, message, code) =>
      JSON.stringify({
        error: { message, type: status === 429 ? 'requests' : 'error', param: null, code: code ?? null },
      }),
    errorFrame: (message) => sse({ error: { message, type: 'server_error', param: null, code: null } }),
    readRequest: (request) => ({ ...viewOf(readBody(request)), ...present('apiKey', keyOf(request.headers)) }),
  };
}

const head = { id: 'chatcmpl-conformance', created: 1_700_000_000, model: 'conformance-1' };

function sse(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

// The answer.

function chunksOf(answer: WireAnswer): object[] {
  const { parts, usage, finishReason } = answer;
  const deltas: object[] = [{ role: 'assistant', content: '' }, ...deltasOf(answer)];
  const chunks = deltas.map((delta) => chunkOf([{ index: 0, delta, finish_reason: null }]));
  const isRepeated = answer.usageRepeated === true && usage !== undefined;
  if (isRepeated) chunks.splice(1, 0, chunkOf([], { ...usageOf(usage), completion_tokens: 1 }));
  chunks.push(chunkOf([{ index: 0, delta: {}, finish_reason: reasonOf(finishReason, parts) }]));
  if (usage !== undefined) chunks.push(chunkOf([], usageOf(usage)));
  return chunks;
}

function chunkOf(choices: readonly object[], usage: object | null = null): object {
  return { ...head, object: 'chat.completion.chunk', choices, usage };
}

function deltasOf({ parts, interleaved = false }: WireAnswer): object[] {
  let calls = 0;
  const deltas = parts.map((part) => (part.type === 'tool_call' ? callDeltas(part, calls++) : spokenDeltas(part)));
  if (!interleaved) return deltas.flat();
  const isCall = (_: unknown, at: number): boolean => parts[at]?.type === 'tool_call';
  return [...deltas.filter((each, at) => !isCall(each, at)).flat(), ...inTurn(deltas.filter(isCall))];
}

function spokenDeltas({ type, deltas }: Exclude<WirePart, { type: 'tool_call' }>): object[] {
  return deltas.map((text) => (type === 'text' ? { content: text } : { reasoning_content: text }));
}

function callDeltas({ id, name, deltas }: Extract<WirePart, { type: 'tool_call' }>, index: number): object[] {
  const first = { index, id, type: 'function', function: { name, arguments: '' } };
  const rest = deltas.map((text) => ({ index, function: { arguments: text } }));
  return [first, ...rest].map((call) => ({ tool_calls: [call] }));
}

/** One of each list in turn. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function completionOf({ parts, finishReason, usage }: WireAnswer): object {
  const joined = (type: WirePart['type']): string =>
    parts.flatMap((part) => (part.type === type ? part.deltas : [])).join('');
  const calls = parts.flatMap((part) =>
    part.type === 'tool_call'
      ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.deltas.join('') } }]
      : [],
  );
  const message = {
    role: 'assistant',
    content: joined('text') || null,
    refusal: null,
    ...present('reasoning_content', joined('reasoning') || undefined),
    ...present('tool_calls', calls.length > 0 ? calls : undefined),
  };
  return {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason: reasonOf(finishReason, parts) }],
    ...present('usage', usage === undefined ? undefined : usageOf(usage)),
  };
}

function reasonOf(reason: FinishReason, parts: readonly WirePart[]): string {
  if (reason === 'other') return 'moon_phase';
  return reason === 'stop' && parts.some((part) => part.type === 'tool_call') ? 'tool_calls' : reason;
}

function usageOf({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }: Usage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cachedInputTokens ?? 0,
      audio_tokens: 0,
      ...present('cache_write_tokens', cacheWriteTokens),
    },
    completion_tokens_details: { reasoning_tokens: reasoningTokens ?? 0, audio_tokens: 0 },
  };
}

// The request.

type Fields = { readonly [name: string]: unknown };

function readBody({ method, url, headers, body }: WireRequest): Fields {
  demand(method === 'POST', `POST, got ${method}`);
  demand(/\/chat\/completions(\?|$)/.test(url), `the path of chat completions, got ${url}`);
  demand(headers['content-type']?.startsWith('application/json') === true, 'the content type application/json');
  return fieldsOf(JSON.parse(body));
}

function viewOf(body: Fields): WireRequestView {
  const { stream_options: streamOptions, response_format: format, tools = [], stop } = body;
  demand(streamOptions === undefined || body['stream'] === true, 'stream_options with stream alone');
  const messages = listOf(body['messages']).map((message) => messageOf(fieldsOf(message)));
  demand(messages.length > 0, 'messages');
  demandAnsweredCalls(messages);
  return {
    messages,
    tools: listOf(tools).map((tool) => toolOf(fieldsOf(tool))),
    stream: body['stream'] === true,
    signatures: [],
    ...present('model', optional(body['model'], textOf)),
    ...present('toolChoice', optional(body['tool_choice'], toolChoiceOf)),
    ...present(
      'parallelToolCalls',
      optional(body['parallel_tool_calls'], (value) => value === true),
    ),
    ...present('maxOutputTokens', optional(body['max_completion_tokens'] ?? body['max_tokens'], numberOf)),
    ...present('temperature', optional(body['temperature'], numberOf)),
    ...present('topP', optional(body['top_p'], numberOf)),
    ...present('stop', stop === undefined ? undefined : typeof stop === 'string' ? [stop] : listOf(stop).map(textOf)),
    ...present('seed', optional(body['seed'], numberOf)),
    ...present(
      'responseFormat',
      optional(format, (value) => formatOf(fieldsOf(value))),
    ),
  };
}

function messageOf(message: Fields): WireMessage {
  const { role, content } = message;
  const parts = Array.isArray(content) ? content.map(fieldsOf) : [];
  const texts = [...(typeof content === 'string' && content !== '' ? [content] : []), ...parts.flatMap(textIn)];
  const view = { texts, images: parts.flatMap(imageIn), toolCalls: [], toolResults: [] };
  switch (role) {
    case 'developer':
      return { role: 'system', ...view };
    case 'system':
    case 'user':
      return { role, ...view };
    case 'assistant': {
      const calls = message['tool_calls'] === undefined ? [] : listOf(message['tool_calls']).map(fieldsOf);
      demand(message['tool_calls'] === undefined || calls.length > 0, 'tool_calls that are not empty');
      demand(calls.length > 0 || typeof content === 'string', 'content or tool calls in an assistant message');
      return { role, ...view, toolCalls: calls.map(callOf) };
    }
    case 'tool': {
      demand(typeof content === 'string' || parts.every(({ type }) => type === 'text'), 'text alone in a tool message');
      const result = { toolCallId: textOf(message['tool_call_id']), text: texts.join('') };
      return { role, ...view, texts: [], toolResults: [result] };
    }
    default:
      throw new Error(`OpenAI expects a role that it knows, got ${String(role)}`);
  }
}

/** Each call is answered by a tool message right after the message that made it, and nothing else is. */
function demandAnsweredCalls(messages: readonly WireMessage[]): void {
  let open = new Set<string>();
  for (const { role, toolCalls, toolResults } of messages) {
    for (const { toolCallId = '' } of toolResults)
      demand(open.delete(toolCallId), `a call before its result ${toolCallId}`);
    if (role === 'tool') continue;
    demand(open.size === 0, `tool messages that answer ${[...open].join(', ')}`);
    open = new Set(toolCalls.map(({ id = '' }) => id));
  }
  demand(open.size === 0, `tool messages that answer ${[...open].join(', ')}`);
}

function textIn(part: Fields): string[] {
  return part['type'] === 'text' ? [textOf(part['text'])] : [];
}

function imageIn(part: Fields): WireImage[] {
  if (part['type'] !== 'image_url') return [];
  const url = textOf(fieldsOf(part['image_url'])['url']);
  const [, mimeType, base64] = /^data:([^;]+);base64,(.*)$/s.exec(url) ?? [];
  return [mimeType === undefined || base64 === undefined ? { url } : { mimeType, base64 }];
}

function callOf(call: Fields): { readonly id: string; readonly name: string; readonly arguments: string } {
  demand(call['type'] === 'function', 'the type function in a tool call');
  const called = fieldsOf(call['function']);
  return { id: textOf(call['id']), name: textOf(called['name']), arguments: textOf(called['arguments']) };
}

function toolOf(tool: Fields): WireTool {
  demand(tool['type'] === 'function', 'the type function in a tool');
  const { name, description, parameters } = fieldsOf(tool['function']);
  return { name: textOf(name), ...present('description', optional(description, textOf)), inputSchema: parameters };
}

function toolChoiceOf(choice: unknown): NonNullable<WireRequestView['toolChoice']> {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  return { name: textOf(fieldsOf(fieldsOf(choice)['function'])['name']) };
}

function formatOf({ type, json_schema: described }: Fields): NonNullable<WireRequestView['responseFormat']> {
  if (type === 'text') return 'text';
  if (type === 'json_object') return 'json';
  demand(type === 'json_schema', 'a response format that it knows');
  const { name, schema } = fieldsOf(described);
  textOf(name);
  return { schema };
}

function bearerToken({ authorization = '' }: WireRequest['headers']): string | undefined {
  return /^Bearer (.+)$/.exec(authorization)?.[1];
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** A field that is absent where there is no value. */
function present<Name extends string, T>(name: Name, value: T | undefined): { readonly [Key in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: T }); // the one key it is made of
}

function fieldsOf(value: unknown): Fields {
  demand(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `an object, got ${JSON.stringify(value)}`,
  );
  return value as Fields; // neither null nor array
}

function listOf(value: unknown): readonly unknown[] {
  demand(Array.isArray(value), `an array, got ${JSON.stringify(value)}`);
  return value;
}

function textOf(value: unknown): string {
  demand(typeof value === 'string', `a string, got ${JSON.stringify(value)}`);
  return value;
}

function numberOf(value: unknown): number {
  demand(typeof value === 'number', `a number, got ${JSON.stringify(value)}`);
  return value;
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`OpenAI expects ${what}`);
}
