import type { Usage } from '@tako/core';
import {
  openAIDialect,
  type VendorWire,
  type WireAnswer,
  type WireMessage,
  type WirePart,
  type WireRequest,
  type WireRequestView,
} from '@tako/testing';

/**
 * The wire of OpenAI's Responses API, for the conformance suite.
 *
 * Source: https://platform.openai.com/docs/api-reference/responses (read 2026-11-23).
 */
export function responsesWire(): VendorWire {
  return {
    ...openAIDialect(),
    stream: (answer) => numbered(eventsOf(answer)).map(sse),
    json: (answer) => JSON.stringify(responseOf(answer)),
    unknownFrame: () => sse({ type: 'response.moon_phase.changed', sequence_number: 0, phase: 'full' }),
    errorFrame: (message) => sse({ type: 'error', sequence_number: 0, code: 'server_error', message, param: null }),
    readRequest: viewOf,
  };
}

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface OutputItem extends Event {
  readonly id: string;
}

const head = { id: 'resp_conformance', object: 'response', created_at: 1_700_000_000, model: 'conformance-1' };

function sse(event: Event): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function numbered(events: readonly Event[]): Event[] {
  return events.map((event, at) => ({ ...event, sequence_number: at }));
}

function eventsOf(answer: WireAnswer): Event[] {
  const { parts, interleaved = false } = answer;
  const started = parts.map((part, at) => itemEvents(part, at));
  const opening = { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } };
  const closing = {
    type: answer.finishReason === 'length' ? 'response.incomplete' : 'response.completed',
    response: responseOf(answer),
  };
  return [opening, ...(interleaved ? inTurn(started) : started.flat()), closing];
}

function itemEvents(part: WirePart, at: number): Event[] {
  const place = { item_id: itemOf(part, at).id, output_index: at };
  const type = {
    text: 'response.output_text.delta',
    reasoning: 'response.reasoning_summary_text.delta',
    tool_call: 'response.function_call_arguments.delta',
  }[part.type];
  return [
    {
      type: 'response.output_item.added',
      output_index: at,
      item: itemOf({ ...part, deltas: [], signature: undefined }, at),
    },
    ...part.deltas.map((delta) => ({ type, ...place, delta })),
    { type: 'response.output_item.done', output_index: at, item: itemOf(part, at) },
  ];
}

function itemOf(part: WirePart, at: number): OutputItem {
  const text = part.deltas.join('');
  switch (part.type) {
    case 'tool_call':
      return { type: 'function_call', id: `fc_${at}`, call_id: part.id, name: part.name, arguments: text };
    case 'text':
      return {
        type: 'message',
        id: `msg_${at}`,
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      };
    case 'reasoning':
      return {
        type: 'reasoning',
        id: `rs_${at}`,
        summary: [{ type: 'summary_text', text }],
        encrypted_content: part.signature,
      };
  }
}

/** One of each list in turn. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function responseOf({ parts, finishReason, usage }: WireAnswer): object {
  const reason = { length: 'max_output_tokens', content_filter: 'content_filter', other: 'moon_phase' }[
    finishReason as string
  ];
  return {
    ...head,
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    error: null,
    output: parts.map(itemOf),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
  };
}

function usageOf({
  inputTokens,
  outputTokens,
  cachedInputTokens = 0,
  cacheWriteTokens = 0,
  reasoningTokens = 0,
}: Usage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}

interface Body {
  readonly model: string;
  readonly input: readonly Item[];
  readonly tools?: readonly {
    readonly type: string;
    readonly name: string;
    readonly description?: string;
    readonly parameters: unknown;
    readonly strict: boolean;
  }[];
  readonly tool_choice?: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallel_tool_calls?: boolean;
  readonly text?: { readonly format: { readonly type: string; readonly name?: string; readonly schema?: unknown } };
  readonly store: boolean;
  readonly stream?: boolean;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_output_tokens?: number;
}

type Item =
  | {
      readonly type?: undefined;
      readonly role: 'system' | 'user' | 'assistant';
      readonly content: string | readonly Part[];
    }
  | { readonly type: 'reasoning'; readonly id: string; readonly encrypted_content: string }
  | { readonly type: 'function_call'; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string | readonly Part[] };

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: string;
}

/** @throws when the request is none that OpenAI would accept. */
function viewOf({ method, url, headers, body: text }: WireRequest): WireRequestView {
  demand(method === 'POST' && url.endsWith('/responses'), `POST to the path of responses, got ${method} ${url}`);
  const body: Body = JSON.parse(text);
  demand(!('stop' in body) && !('seed' in body) && !('messages' in body), 'no fields of chat completions');
  demand('store' in body && !body.store, 'store: false, since every request carries the whole conversation');
  for (const tool of body.tools ?? [])
    demand(tool.type === 'function' && typeof tool.strict === 'boolean', 'a tool that says whether it is strict');
  const open = new Set<string>();
  for (const item of body.input) {
    if (item.type === 'function_call') open.add(item.call_id);
    else if (item.type === 'function_call_output')
      demand(open.delete(item.call_id), `a call before its output ${item.call_id}`);
  }
  demand(open.size === 0, `outputs of all calls, ${[...open].join(', ')} has none`);
  const key = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
  const format = body.text?.format;
  return {
    model: body.model,
    messages: body.input.flatMap(messagesOf),
    tools: (body.tools ?? []).map(({ name, description, parameters }) => ({
      name,
      description,
      inputSchema: parameters,
    })),
    stream: body.stream === true,
    signatures: body.input.flatMap((item) => (item.type === 'reasoning' ? [item.encrypted_content] : [])),
    toolChoice: typeof body.tool_choice === 'object' ? { name: body.tool_choice.name } : body.tool_choice,
    parallelToolCalls: body.parallel_tool_calls,
    temperature: body.temperature,
    topP: body.top_p,
    maxOutputTokens: body.max_output_tokens,
    responseFormat:
      format?.type === 'json_schema' ? { schema: format.schema } : format?.type === 'json_object' ? 'json' : undefined,
    apiKey: key,
  };
}

function messagesOf(item: Item): WireMessage[] {
  const none = { texts: [], images: [], toolCalls: [], toolResults: [] };
  switch (item.type) {
    case undefined: {
      const parts = typeof item.content === 'string' ? [{ type: 'input_text', text: item.content }] : item.content;
      return [
        {
          ...none,
          role: item.role,
          texts: parts.flatMap(({ text }) => (text === undefined ? [] : [text])),
          images: parts.flatMap(imageOf),
        },
      ];
    }
    case 'reasoning':
      return [];
    case 'function_call':
      return [
        { ...none, role: 'assistant', toolCalls: [{ id: item.call_id, name: item.name, arguments: item.arguments }] },
      ];
    case 'function_call_output': {
      const parts = typeof item.output === 'string' ? [{ type: 'input_text', text: item.output }] : item.output;
      const text = parts.map((part) => part.text ?? '').join('');
      return [
        { ...none, role: 'tool', images: parts.flatMap(imageOf), toolResults: [{ toolCallId: item.call_id, text }] },
      ];
    }
  }
}

function imageOf({
  image_url: url,
}: Part): { readonly url?: string; readonly mimeType?: string; readonly base64?: string }[] {
  if (url === undefined) return [];
  const [, mimeType, base64] = /^data:([^;]+);base64,(.*)$/s.exec(url) ?? [];
  return [mimeType === undefined || base64 === undefined ? { url } : { mimeType, base64 }];
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`OpenAI expects ${what}`);
}
