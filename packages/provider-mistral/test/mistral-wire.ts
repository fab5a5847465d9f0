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
 * The wire of Mistral's chat completions, for the conformance suite: OpenAI's, and where Mistral's differs.
 *
 * Source: https://docs.mistral.ai/openapi.yaml, https://docs.mistral.ai/resources/error-glossary, and for what is refused
 * https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/protocol/instruct/validator.py (read 2026-11-23).
 */
export function mistralWire(): VendorWire {
  const openai = openAIDialect({ vendor: 'mistral' });
  const given = new GivenIds();
  return {
    ...openai,
    requestIdHeader: 'mistral-correlation-id',
    stream(answer) {
      given.remember(answer);
      const signatures = signaturesOf(answer);
      return openai.stream(answer).map((frame) => {
        const data = String(frame).slice('data: '.length).trim();
        return data === '[DONE]' ? frame : sse(inMistralWords(JSON.parse(data), 'delta', signatures));
      });
    },
    json(answer) {
      given.remember(answer);
      return JSON.stringify(inMistralWords(JSON.parse(openai.json?.(answer) ?? ''), 'message', signaturesOf(answer)));
    },
    unknownFrame: () => sse({ object: 'telemetry', load: 0.25 }),
    errorBody: (_status, message, code) => JSON.stringify(failure(message, code)),
    errorFrame: (message) => sse({ ...failure(message), raw_status_code: 503 }),
    readRequest: (request) => given.inOurs(viewOf(request, openai)),
  };
}

function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function failure(message: string, code?: string): object {
  return { object: 'error', message, type: 'invalid_request_error', param: null, code: code ?? null };
}

// The answer.

interface Completion {
  readonly choices: readonly { readonly [half in 'delta' | 'message']?: Said }[];
}

interface Said {
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly refusal?: null;
}

/** Reasoning is a chunk of the content; calls that are not there are null; nobody refuses. */
function inMistralWords(completion: Completion, half: 'delta' | 'message', signatures: Map<string, string>): object {
  return {
    ...completion,
    choices: completion.choices.map((choice) => {
      const { reasoning_content: thought, refusal: _, ...said } = choice[half] ?? {};
      const plain = { tool_calls: null, ...said };
      if (thought === undefined) return { ...choice, [half]: plain };
      const signature = signatures.get(thought);
      const text = said.content ? [{ type: 'text', text: said.content }] : [];
      const content = [
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: thought },
            { type: 'reference', reference_ids: [1] },
          ],
          closed: true,
          ...(signature === undefined ? {} : { signature }),
        },
        { type: 'reference', reference_ids: [1, 'two'] },
        ...text,
      ];
      return { ...choice, [half]: { ...plain, content } };
    }),
  };
}

/** The signatures by the text that they come with: the last delta, or the whole. */
function signaturesOf({ parts }: WireAnswer): Map<string, string> {
  return new Map(
    parts.flatMap((part) => {
      if (part.type !== 'reasoning' || part.signature === undefined) return [];
      const texts = [part.deltas.at(-1) ?? '', part.deltas.join('')];
      return texts.map((text) => [text, part.signature ?? ''] as const);
    }),
  );
}

// The request.

type Role = 'system' | 'user' | 'assistant' | 'tool';

interface Body {
  readonly messages: readonly Message[];
  readonly tool_choice?: unknown;
  readonly random_seed?: number;
  readonly [field: string]: unknown;
}

interface Message {
  readonly role: Role;
  readonly content: string | null | readonly Chunk[];
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string } }[];
  readonly tool_call_id?: string;
  readonly prefix?: boolean;
}

interface Chunk {
  readonly type: string;
  readonly signature?: string;
}

const fields = new Set(
  (
    'model temperature top_p max_tokens stream stop random_seed metadata messages response_format tools tool_choice ' +
    'presence_penalty frequency_penalty n prediction parallel_tool_calls reasoning_effort prompt_mode guardrails ' +
    'prompt_cache_key service_tier safe_prompt conformance_field'
  ).split(' '),
);

const follows: { readonly [role in Role]: readonly Role[] } = {
  system: ['user', 'assistant', 'system'],
  user: ['assistant', 'system', 'user'],
  assistant: ['assistant', 'user', 'tool'],
  tool: ['assistant', 'tool'],
};

/** @throws when the request is none that Mistral would accept. */
function viewOf(request: WireRequest, openai: VendorWire): WireRequestView {
  const body: Body = JSON.parse(request.body);
  for (const field of Object.keys(body)) demand(fields.has(field), `no field ${field}`);
  demand(body.random_seed === undefined || body.random_seed >= 0, 'a seed from 0');
  for (const message of body.messages) demandLegal(message);
  for (const [at, { role }] of body.messages.entries()) {
    const before = body.messages[at - 1]?.role;
    demand(before === undefined || follows[before].includes(role), `no role ${role} after ${String(before)}`);
  }
  const last = body.messages.at(-1);
  demand(last?.role !== 'assistant' || last.prefix === true, 'another last role than assistant without a prefix');

  const { random_seed: seed, tool_choice: choice, messages, ...same } = body;
  const asOpenAI = {
    ...same,
    messages: messages.map(asOpenAIMessage),
    ...(seed === undefined ? {} : { seed }),
    ...(choice === undefined ? {} : { tool_choice: choice === 'any' ? 'required' : choice }),
  };
  const chunks = messages.flatMap(chunksOf);
  return {
    ...openai.readRequest({ ...request, body: JSON.stringify(asOpenAI) }),
    signatures: chunks.flatMap(({ type, signature }) => (type === 'thinking' && signature ? [signature] : [])),
  };
}

function demandLegal({ role, content, tool_calls: calls = [], tool_call_id: callId }: Message): void {
  const ids = [...calls.map(({ id }) => id), ...(callId === undefined ? [] : [callId])];
  for (const id of ids) demand(/^[a-zA-Z0-9]{9}$/.test(id), `an id of nine letters and digits, got ${id}`);
  for (const { function: called } of calls) demand(/^[\w-]{1,64}$/.test(called.name), 'names of functions');
  demand(role !== 'assistant' || calls.length > 0 || (content ?? '').length > 0, 'content or calls of an assistant');
}

/** OpenAI takes any field beside its own. */
function asOpenAIMessage(message: Message): object {
  if (!Array.isArray(message.content)) return message;
  return { ...message, content: chunksOf(message).filter(({ type }) => type !== 'thinking') };
}

function chunksOf({ content }: Message): readonly Chunk[] {
  return typeof content === 'string' || content === null ? [] : content;
}

/** The ids that answers gave to calls. They come back in Mistral's form, and are told to the suite as they were given. */
class GivenIds {
  readonly #ids = new Map<string, string>();

  remember({ parts }: WireAnswer): void {
    for (const part of parts) if (part.type === 'tool_call') this.#ids.set(keyOf(part.name, joined(part)), part.id);
  }

  inOurs(view: WireRequestView): WireRequestView {
    const ours = new Map<string | undefined, string>();
    const named = (message: WireMessage): WireMessage => ({
      ...message,
      toolCalls: message.toolCalls.map((call) => {
        const id = this.#ids.get(keyOf(call.name, call.arguments)) ?? call.id ?? '';
        ours.set(call.id, id);
        return { ...call, id };
      }),
    });
    return {
      ...view,
      messages: view.messages.map(named).map((message) => ({
        ...message,
        toolResults: message.toolResults.map((result) => ({ ...result, toolCallId: ours.get(result.toolCallId) })),
      })),
    };
  }
}

function joined({ deltas }: WirePart): string {
  return deltas.join('');
}

function keyOf(name: string, json: string): string {
  return `${name} ${json === '' ? '{}' : json}`;
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Mistral expects ${what}`);
}
