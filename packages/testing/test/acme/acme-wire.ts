import type {
  VendorWire,
  WireAnswer,
  WireImage,
  WireMessage,
  WirePart,
  WireRequest,
  WireRequestView,
} from '../../src/index.js';

import type { AcmeBody, AcmeFrame, AcmePart } from './acme-frame.js';

/** Acme's wire as the suite speaks it, in either of the two framings that vendors use. */
export function acmeWire(framing: 'sse' | 'ndjson'): VendorWire {
  const frame = (content: object): string =>
    framing === 'sse' ? `data: ${JSON.stringify(content)}\n\n` : `${JSON.stringify(content)}\n`;
  return {
    vendor: 'acme',
    framing,
    streamContentType: framing === 'sse' ? 'text/event-stream' : 'application/x-ndjson',
    stream: (answer) => framesOf(answer).map(frame),
    json: (answer) => JSON.stringify({ frames: framesOf(answer) }),
    unknownFrame: () => frame({ kind: 'horoscope', text: 'Today is a good day for boars.' }),
    keepAlive: () => (framing === 'sse' ? ': still here\n\n' : '\n'),
    errorBody: (status, message, code) => JSON.stringify({ error: { message, code: code ?? `acme_${status}` } }),
    errorFrame: (message) => frame({ kind: 'failed', message }),
    readRequest,
  };
}

function framesOf({ parts, interleaved, finishReason, usage, usageRepeated }: WireAnswer): AcmeFrame[] {
  const early = usageRepeated === true && usage !== undefined ? { ...usage, outputTokens: 1 } : undefined;
  const words = { stop: 'complete', length: 'limit', tool_calls: 'tools', content_filter: 'withheld', error: 'broken' };
  const why = finishReason === 'other' ? 'full moon' : words[finishReason];
  const perPart = parts.map(partFrames);
  const content = interleaved === true ? inTurn(perPart) : perPart.flat();
  return [{ kind: 'hello', used: early }, ...content, { kind: 'done', why, used: usage }];
}

function partFrames(part: WirePart, key: number): AcmeFrame[] {
  switch (part.type) {
    case 'text':
      return part.deltas.map((text) => ({ kind: 'text', text }));
    case 'reasoning': {
      const frames: AcmeFrame[] = part.deltas.map((text) => ({ kind: 'thought', text }));
      return part.signature === undefined ? frames : [...frames, { kind: 'thought', text: '', seal: part.signature }];
    }
    case 'tool_call': {
      const { id, name, deltas } = part;
      return [{ kind: 'call', key, id, name }, ...deltas.map((text): AcmeFrame => ({ kind: 'arguments', key, text }))];
    }
  }
}

function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function readRequest({ method, url, headers, body }: WireRequest): WireRequestView {
  if (method !== 'POST' || url !== '/ask') throw new Error(`Acme has no ${method} ${url}`);
  if (headers['content-type'] !== 'application/json') throw new Error('Acme reads JSON only');
  const { model, stream, messages, tools = [], settings } = JSON.parse(body) as AcmeBody; // written by the test's adapter
  const { form, ...fields } = settings;
  const known = new Set(
    messages.flatMap(({ parts }) => parts.flatMap(({ kind, id }) => (kind === 'call' && id !== undefined ? [id] : []))),
  );
  for (const { parts } of messages) {
    for (const { kind, id = '' } of parts) {
      if (kind === 'result' && !known.has(id)) throw new Error(`Acme got a result of "${id}", which nobody called`);
    }
  }
  return {
    ...fields,
    model,
    stream,
    messages: messages.map(readMessage),
    tools: tools.map(({ name, description, schema }) => ({ name, description, inputSchema: schema })),
    responseFormat: form,
    signatures: messages.flatMap(({ parts }) => parts.flatMap(({ seal }) => (seal === undefined ? [] : [seal]))),
    apiKey: headers['x-acme-key'],
  };
}

function readMessage({ role, parts }: AcmeBody['messages'][number]): WireMessage {
  const ofKind = (kind: AcmePart['kind']): AcmePart[] => parts.filter((part) => part.kind === kind);
  return {
    role,
    texts: ofKind('text').map(({ text = '' }) => text),
    images: parts.flatMap(({ kind, mime, data, url }): WireImage[] => {
      if (kind === 'image') return [{ mimeType: mime, base64: data }];
      return kind === 'link' ? [{ url }] : [];
    }),
    toolCalls: ofKind('call').map(({ id, name = '', text = '' }) => ({ id, name, arguments: text })),
    toolResults: ofKind('result').map(({ id, name, failed, parts: inner = [] }) => ({
      toolCallId: id,
      name,
      isError: failed,
      text: inner.map(({ text = '' }) => text).join(''),
    })),
  };
}
