import type { Usage } from '@tako/core';
import type {
  VendorWire,
  WireAnswer,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
  WireToolCall,
  WireToolResult,
} from '@tako/testing';

/**
 * The wire of Gemini on Vertex AI, for the conformance suite.
 *
 * Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini (read 2026-11-23).
 */
export function vertexWire(): VendorWire {
  return {
    vendor: 'vertex',
    framing: 'sse',
    streamContentType: 'text/event-stream',
    stream: (answer) => piecesOf(answer).map(sse),
    json: (answer) =>
      JSON.stringify({
        ...head,
        candidates: [{ ...candidateOf(answer.parts.map((part) => partOf(part))), finishReason: reasonOf(answer) }],
        ...usageIn(answer.usage),
      }),
    unknownFrame: () => sse({ ...head, moonPhase: { illumination: 0.25 } }),
    keepAlive: () => ': keep-alive\n\n',
    errorBody: (status, message) =>
      JSON.stringify({ error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'UNKNOWN' } }),
    errorFrame: (message) => sse({ error: { code: 503, message, status: 'UNAVAILABLE' } }),
    readRequest: viewOf,
  };
}

const head = { modelVersion: 'conformance-1', responseId: 'response-conformance', createTime: '2026-11-23T00:00:00Z' };

function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\r\n\r\n`;
}

// The answer.

function piecesOf(answer: WireAnswer): object[] {
  const { parts, usage, usageRepeated = false } = answer;
  const early = usageRepeated && usage !== undefined ? usageIn({ ...usage, outputTokens: 1, reasoningTokens: 0 }) : {};
  const said = parts.flatMap((part) => deltasOf(part)).map((part) => ({ ...head, candidates: [candidateOf([part])] }));
  const [first, ...rest] = said;
  const end = { ...head, candidates: [{ ...candidateOf([{ text: '' }]), finishReason: reasonOf(answer) }] };
  return [...(first === undefined ? [] : [{ ...first, ...early }]), ...rest, { ...end, ...usageIn(usage) }];
}

/** Calls come whole; text in pieces, the signature with the last one. */
function deltasOf(part: WirePart): object[] {
  if (part.type === 'tool_call') return [partOf(part)];
  return part.deltas.map((delta, at) => {
    const isLast = at === part.deltas.length - 1;
    return partOf({ type: part.type, deltas: [delta], signature: isLast ? part.signature : undefined });
  });
}

function partOf(part: WirePart): object {
  const text = part.deltas.join('');
  const signature = part.signature === undefined ? {} : { thoughtSignature: part.signature };
  switch (part.type) {
    case 'text':
      return { text, ...signature };
    case 'reasoning':
      return { text, thought: true, ...signature };
    case 'tool_call': {
      const args = text === '' ? {} : { args: JSON.parse(text) };
      return { functionCall: { id: part.id, name: part.name, ...args }, ...signature };
    }
  }
}

function candidateOf(parts: readonly object[]): object {
  return { content: { role: 'model', parts } };
}

function reasonOf({ finishReason }: WireAnswer): string {
  const words: { readonly [reason: string]: string } = {
    stop: 'STOP',
    tool_calls: 'STOP',
    length: 'MAX_TOKENS',
    content_filter: 'SAFETY',
    error: 'MALFORMED_FUNCTION_CALL',
  };
  return words[finishReason] ?? 'MOON_PHASE';
}

function usageIn(usage: Usage | undefined): object {
  if (usage === undefined) return {};
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens = 0 } = usage;
  return {
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: outputTokens - reasoningTokens,
      thoughtsTokenCount: reasoningTokens,
      cachedContentTokenCount: cachedInputTokens,
      totalTokenCount: inputTokens + outputTokens,
      trafficType: 'ON_DEMAND',
    },
  };
}

// The request.

interface Body {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  readonly tools?: readonly { readonly functionDeclarations: readonly Declaration[] }[];
  readonly toolConfig?: {
    readonly functionCallingConfig: { readonly mode: string; readonly allowedFunctionNames?: readonly string[] };
  };
  readonly generationConfig?: {
    readonly temperature?: number;
    readonly topP?: number;
    readonly maxOutputTokens?: number;
    readonly stopSequences?: readonly string[];
    readonly seed?: number;
    readonly responseMimeType?: string;
    readonly responseJsonSchema?: unknown;
  };
}

interface Declaration {
  readonly name: string;
  readonly description?: string;
  readonly parametersJsonSchema?: unknown;
}

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly fileData?: { readonly mimeType: string; readonly fileUri: string };
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: object };
  readonly functionResponse?: {
    readonly id?: string;
    readonly name: string;
    readonly response: { readonly output?: string; readonly error?: string };
    readonly parts?: readonly Part[];
  };
}

const path =
  /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/([^/]+):(generateContent|streamGenerateContent\?alt=sse)$/;

/** @throws when the request is none that Gemini would accept. */
function viewOf({ method, url, headers, body: text }: WireRequest): WireRequestView {
  const [, model, action] = path.exec(url) ?? [];
  demand(method === 'POST' && model !== undefined, `POST to the path of a model, got ${method} ${url}`);
  demand(headers['content-type']?.startsWith('application/json') === true, 'the content type application/json');
  const body: Body = JSON.parse(text);
  demand(body.contents.length > 0, 'contents');
  for (const { role, parts } of body.contents) {
    demand(role === 'user' || role === 'model', `the role user or model, got ${role}`);
    demand(parts.length > 0, 'parts in each turn');
    for (const part of parts)
      demand(kindsOf(part).length === 1, `one kind of data in a part, got ${kindsOf(part).join()}`);
  }
  demandAnsweredCalls(body);
  const { generationConfig: config = {}, toolConfig, systemInstruction, tools = [] } = body;
  const { mode, allowedFunctionNames: [name] = [] } = toolConfig?.functionCallingConfig ?? {};
  const { stopSequences: stop, responseMimeType, responseJsonSchema: schema } = config;
  demand((stop?.length ?? 0) <= 5, '5 stop sequences at most');
  demand(schema === undefined || responseMimeType === 'application/json', 'a MIME type beside a schema');
  const all = [...(systemInstruction?.parts ?? []), ...body.contents.flatMap(({ parts }) => parts)];
  return {
    model: decodeURIComponent(model),
    messages: [
      ...(systemInstruction === undefined ? [] : [messageOf('system', systemInstruction.parts)]),
      ...body.contents.map(({ role, parts }) => messageOf(role === 'model' ? 'assistant' : 'user', parts)),
    ],
    tools: tools
      .flatMap((each) => each.functionDeclarations)
      .map(({ parametersJsonSchema: inputSchema, ...tool }) => ({ ...tool, inputSchema })),
    stream: action !== 'generateContent',
    signatures: all.flatMap(({ thoughtSignature }) => (thoughtSignature === undefined ? [] : [thoughtSignature])),
    toolChoice: name === undefined ? ({ AUTO: 'auto', ANY: 'required', NONE: 'none' } as const)[mode ?? ''] : { name },
    temperature: config.temperature,
    topP: config.topP,
    maxOutputTokens: config.maxOutputTokens,
    stop,
    seed: config.seed,
    responseFormat: schema === undefined ? (responseMimeType === undefined ? undefined : 'json') : { schema },
    apiKey: /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1],
  };
}

function kindsOf(part: Part): string[] {
  return Object.keys(part).filter((key) => key !== 'thought' && key !== 'thoughtSignature');
}

/** The turn after calls answers each of them, in their order, and nothing else. */
function demandAnsweredCalls({ contents }: Body): void {
  let open: readonly NonNullable<Part['functionCall']>[] = [];
  for (const { role, parts } of contents) {
    const answers = parts.flatMap(({ functionResponse }) => functionResponse ?? []);
    demand(
      answers.length === open.length,
      `as many function responses as calls, got ${answers.length} for ${open.length}`,
    );
    for (const [at, { id, name, response }] of answers.entries()) {
      demand(
        open[at]?.name === name && open[at].id === id,
        `the answer to ${open[at]?.name} ${open[at]?.id}, got ${name} ${id}`,
      );
      demand(typeof (response.output ?? response.error) === 'string', 'an output or an error');
    }
    demand(answers.length === 0 || answers.length === parts.length, 'function responses alone in their turn');
    open = role === 'model' ? parts.flatMap(({ functionCall }) => functionCall ?? []) : [];
  }
  demand(open.length === 0, 'answers to all calls');
}

function messageOf(role: 'system' | 'user' | 'assistant', parts: readonly Part[]): WireMessage {
  const toolResults = parts.flatMap(resultIn);
  return {
    role: toolResults.length > 0 ? 'tool' : role,
    texts: parts.flatMap(({ text, thought }) => (text === undefined || thought === true ? [] : [text])),
    images: [...parts, ...parts.flatMap(({ functionResponse }) => functionResponse?.parts ?? [])].flatMap(imageIn),
    toolCalls: parts.flatMap(callIn),
    toolResults,
  };
}

function callIn({ functionCall: call }: Part): WireToolCall[] {
  return call === undefined ? [] : [{ id: call.id, name: call.name, arguments: JSON.stringify(call.args) }];
}

function resultIn({ functionResponse: answer }: Part): WireToolResult[] {
  if (answer === undefined) return [];
  const { id: toolCallId, name, response } = answer;
  return [{ toolCallId, name, text: response.output ?? response.error ?? '', isError: response.error !== undefined }];
}

function imageIn({ inlineData, fileData }: Part): WireImage[] {
  if (fileData !== undefined) return [{ url: fileData.fileUri, mimeType: fileData.mimeType }];
  return inlineData === undefined ? [] : [{ mimeType: inlineData.mimeType, base64: inlineData.data }];
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Gemini expects ${what}`);
}
