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
 * The wire of Anthropic's Messages API, for the conformance suite.
 *
 * Sources: https://platform.claude.com/docs/en/api/messages, `…/build-with-claude/streaming` and
 * `…/api/migration-2026-10-21` (read 2026-11-23).
 */
export function anthropicWire(version: '2023-06-01' | '2026-10-21'): VendorWire {
  return {
    vendor: 'anthropic',
    framing: 'sse',
    streamContentType: 'text/event-stream; charset=utf-8',
    requestIdHeader: 'request-id',
    stream: (answer) => eventsOf(answer).map(sse),
    json: (answer) => JSON.stringify(messageOf(answer)),
    unknownFrame: () => sse({ type: 'moon_phase', phase: 'full' }),
    keepAlive: () => sse({ type: 'ping' }),
    errorBody: (status, message, code) =>
      JSON.stringify({ type: 'error', error: { type: code ?? errorType(status), message }, request_id: 'req_body' }),
    errorFrame: (message) => sse({ type: 'error', error: { type: 'api_error', message } }),
    readRequest: (request) => viewOf(request, version),
  };
}

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

const head = { id: 'msg_conformance', type: 'message', role: 'assistant', model: 'conformance-1' };

function sse(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function errorType(status: number): string {
  const types = new Map([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [529, 'overloaded_error'],
  ]);
  return types.get(status) ?? 'api_error';
}

// The answer.

function eventsOf({ parts, usage, usageRepeated = false, finishReason, interleaved = false }: WireAnswer): Event[] {
  // The vendor tells the input at the beginning, and of the output one token or so.
  const first = usage === undefined ? {} : { usage: { ...usageOf(usage), output_tokens: 1 } };
  const last = usage === undefined ? {} : { usage: usageOf(usage) };
  const blocks = parts.map(blockEvents);
  return [
    { type: 'message_start', message: { ...head, content: [], stop_reason: null, stop_sequence: null, ...first } },
    ...(usageRepeated ? [{ type: 'ping' }] : []),
    ...(interleaved ? inTurn(blocks) : blocks.flat()),
    { type: 'message_delta', delta: { stop_reason: reasonOf(finishReason), stop_sequence: null }, ...last },
    { type: 'message_stop' },
  ];
}

function blockEvents(part: WirePart, index: number): Event[] {
  const deltas = part.deltas.map((text): object => {
    if (part.type === 'text') return { type: 'text_delta', text };
    if (part.type === 'reasoning') return { type: 'thinking_delta', thinking: text };
    return { type: 'input_json_delta', partial_json: text };
  });
  const isSigned = part.type === 'reasoning' && part.signature !== undefined;
  const signature = isSigned ? [{ type: 'signature_delta', signature: part.signature }] : [];
  const empty = part.type === 'tool_call' ? [{ type: 'input_json_delta', partial_json: '' }] : [];
  return [
    { type: 'content_block_start', index, content_block: blockOf({ ...part, deltas: [], signature: undefined }) },
    ...[...empty, ...deltas, ...signature].map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function blockOf(part: WirePart): object {
  const text = part.deltas.join('');
  switch (part.type) {
    case 'text':
      return { type: 'text', text };
    case 'reasoning':
      return { type: 'thinking', thinking: text, signature: part.signature ?? '' };
    case 'tool_call':
      return { type: 'tool_use', id: part.id, name: part.name, input: JSON.parse(text === '' ? '{}' : text) };
  }
}

function messageOf({ parts, usage, finishReason }: WireAnswer): object {
  return {
    ...head,
    content: parts.map(blockOf),
    stop_reason: reasonOf(finishReason),
    stop_sequence: null,
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
  };
}

function reasonOf(reason: FinishReason): string {
  const reasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use', content_filter: 'refusal' };
  return reason in reasons ? reasons[reason as keyof typeof reasons] : 'moon_phase'; // `in` says that it is a key
}

/** What it calls input is what no cache was involved with. */
function usageOf({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens }: Usage): object {
  return {
    input_tokens: inputTokens - (cachedInputTokens ?? 0) - (cacheWriteTokens ?? 0),
    cache_read_input_tokens: cachedInputTokens ?? 0,
    cache_creation_input_tokens: cacheWriteTokens ?? 0,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens ?? 0 },
  };
}

/** One of each list in turn. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

// The request.

interface Body {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: readonly Block[];
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly input_schema: { readonly type: string };
  }[];
  readonly tool_choice?: {
    readonly type: 'auto' | 'any' | 'tool' | 'none';
    readonly name?: string;
    readonly disable_parallel_tool_use?: boolean;
  };
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema: unknown } };
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stream?: boolean;
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string | readonly Block[];
  readonly is_error?: boolean;
  readonly source?: {
    readonly type: string;
    readonly media_type?: string;
    readonly data?: string;
    readonly url?: string;
  };
}

/** @throws when the request is none that Anthropic would accept. */
function viewOf({ method, url, headers, body: text }: WireRequest, version: string): WireRequestView {
  demand(method === 'POST' && url === '/v1/messages', `POST /v1/messages, got ${method} ${url}`);
  demand(headers['anthropic-version'] === version, `the version ${version}, got ${headers['anthropic-version']}`);
  demand(headers['content-type']?.startsWith('application/json') === true, 'the content type application/json');
  const body: Body = JSON.parse(text);
  demand(Number.isInteger(body.max_tokens) && body.max_tokens > 0, `max_tokens, got ${body.max_tokens}`);
  const hasSampling = 'temperature' in body || 'top_p' in body;
  demand(!hasSampling || version < '2026-10-21', 'neither temperature nor top_p');
  demand(!('seed' in body) && !('stop' in body), "no fields of other vendors'");
  demand(body.tool_choice === undefined || body.tools !== undefined, 'tool_choice with tools alone');
  for (const tool of body.tools ?? []) demand(tool.input_schema.type === 'object', 'a schema of type object');
  demandOrder(body.messages);
  const { tool_choice: choice } = body;
  const format = body.output_config?.format;
  demand(format === undefined || format.type === 'json_schema', 'the format json_schema');
  const blocks = body.messages.flatMap(({ content }) => blocksOf(content));
  return {
    model: body.model,
    messages: [
      ...(body.system ?? []).map((block) => ({ ...nothing, role: 'system' as const, texts: [textIn(block)] })),
      ...body.messages.flatMap(messagesOf),
    ],
    tools: (body.tools ?? []).map(({ name, description, input_schema: inputSchema }) => ({
      name,
      description,
      inputSchema,
    })),
    stream: body.stream === true,
    signatures: blocks.flatMap(({ signature, data }) => [signature, data].filter((each) => each !== undefined)),
    toolChoice: toolChoiceOf(choice),
    parallelToolCalls: choice?.disable_parallel_tool_use === undefined ? undefined : !choice.disable_parallel_tool_use,
    temperature: body.temperature,
    topP: body.top_p,
    maxOutputTokens: body.max_tokens,
    stop: body.stop_sequences,
    responseFormat: format === undefined ? undefined : { schema: format.schema },
    apiKey: headers['x-api-key'],
  };
}

function toolChoiceOf(choice: Body['tool_choice']): WireRequestView['toolChoice'] {
  if (choice === undefined) return undefined;
  const { type, name = '', disable_parallel_tool_use: isAlone } = choice;
  if (type === 'any') return 'required';
  if (type === 'tool') return { name };
  return type === 'auto' && isAlone !== undefined ? undefined : type; // it may stand there to hold the other field
}

/** Turns take turns here, results stand first and answer all calls of the turn before, no text is empty. */
function demandOrder(messages: Body['messages']): void {
  demand(messages.length > 0, 'messages');
  let open = new Set<string>();
  for (const [at, { role, content }] of messages.entries()) {
    demand(role === 'user' || role === 'assistant', `the roles user and assistant, got ${role}`);
    demand(messages[at - 1]?.role !== role, 'turns that take turns');
    const blocks = blocksOf(content);
    demand(blocks.length > 0, 'content');
    const results = blocks.filter(({ type }) => type === 'tool_result');
    demand(
      blocks.slice(0, results.length).every(({ type }) => type === 'tool_result'),
      'results before all else',
    );
    for (const { tool_use_id: id = '' } of results) demand(open.delete(id), `a call before its result ${id}`);
    demand(open.size === 0, `results of ${[...open].join(', ')}`);
    for (const block of [...blocks, ...results.flatMap((each) => blocksOf(each.content ?? []))]) {
      if (block.type === 'text') demand(block.text?.trim() !== '', 'text with characters');
      if (block.type === 'tool_use') demand(typeof block.input === 'object' && block.input !== null, 'an object');
    }
    open = new Set(blocks.flatMap(({ type, id = '' }) => (type === 'tool_use' ? [id] : [])));
  }
  demand(open.size === 0, `results of ${[...open].join(', ')}`);
}

const nothing = { texts: [], images: [], toolCalls: [], toolResults: [] };

function messagesOf({ role, content }: Body['messages'][number]): WireMessage[] {
  const blocks = blocksOf(content);
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const others = blocks.filter(({ type }) => type !== 'tool_result');
  const said: WireMessage = {
    role: role === 'assistant' ? 'assistant' : 'user',
    texts: others.flatMap((block) => (block.type === 'text' ? [textIn(block)] : [])),
    images: others.flatMap(imageIn),
    toolCalls: others.flatMap(({ type, id, name = '', input }) =>
      type === 'tool_use' ? [{ id, name, arguments: JSON.stringify(input) }] : [],
    ),
    toolResults: [],
  };
  const told: WireMessage = {
    ...nothing,
    role: 'tool',
    images: results.flatMap((result) => blocksOf(result.content ?? []).flatMap(imageIn)),
    toolResults: results.map((result) => ({
      toolCallId: result.tool_use_id,
      text: blocksOf(result.content ?? [])
        .map(({ text = '' }) => text)
        .join(''),
      isError: result.is_error,
    })),
  };
  return [...(results.length > 0 ? [told] : []), ...(others.length > 0 ? [said] : [])];
}

function imageIn({ type, source }: Block): WireImage[] {
  if (type !== 'image') return [];
  if (source?.type === 'url') return [{ url: source.url }];
  demand(
    source?.type === 'base64' && /^image\/(jpeg|png|gif|webp)$/.test(source.media_type ?? ''),
    'an image it takes',
  );
  return [{ mimeType: source.media_type, base64: source.data }];
}

function blocksOf(content: string | readonly Block[]): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textIn({ text = '' }: Block): string {
  return text;
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Anthropic expects ${what}`);
}
