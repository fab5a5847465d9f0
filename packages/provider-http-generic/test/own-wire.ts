import { openAIDialect, type VendorWire, type WireAnswer, type WirePart } from '@tako/testing';

/**
 * The wire of an endpoint that nobody has: requests under names of its own, answers as JSON, or as a line of JSON for each
 * piece. The pieces of a request are shaped as OpenAI's, as `httpGeneric` makes them.
 */
export function ownWire(): VendorWire {
  const dialect = openAIDialect({ vendor: 'own', keyOf: (headers) => headers['x-own-key'] });
  return {
    ...dialect,
    framing: 'ndjson',
    streamContentType: 'application/x-ndjson',
    requestIdHeader: 'x-own-id',
    stream: (answer) => framesOf(answer).map(line),
    json: (answer) => JSON.stringify(wholeOf(answer)),
    unknownFrame: () => line({ kind: 'telemetry', load: 0.25 }),
    keepAlive: () => '\n',
    errorBody: (_, message, code) => JSON.stringify({ failure: { message, code } }),
    errorFrame: (message) => line({ failure: { message } }),
    readRequest(request) {
      const { chat, settings, functions, ...rest } = JSON.parse(request.body);
      const body = { ...rest, ...settings, messages: chat, tools: functions };
      return dialect.readRequest({ ...request, url: '/chat/completions', body: JSON.stringify(body) });
    },
  };
}

function line(frame: object): string {
  return `${JSON.stringify(frame)}\n`;
}

function framesOf({ parts, interleaved = false, finishReason, usage, usageRepeated }: WireAnswer): object[] {
  const pieces = parts.map((part, at) => piecesOf(part, at));
  const content = interleaved ? inTurn(pieces) : pieces.flat();
  const first = usageRepeated === true ? [{ used: { ...usedOf(usage), out: 1 } }] : [];
  return [...first, ...content, { stopped: finishReason, used: usedOf(usage), end: true }];
}

function piecesOf(part: WirePart, at: number): object[] {
  if (part.type !== 'tool_call') {
    return part.deltas.map((text) => (part.type === 'text' ? { say: { text } } : { say: { thought: text } }));
  }
  const calls = part.deltas.map((input) => ({ n: at, input }));
  return [{ n: at, ref: part.id, call: part.name }, ...calls].map((call) => ({ say: { calls: [call] } }));
}

/** One of each list in turn. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

function wholeOf({ parts, finishReason, usage }: WireAnswer): object {
  const joined = (type: WirePart['type']): string =>
    parts.flatMap((part) => (part.type === type ? part.deltas : [])).join('');
  const calls = parts.flatMap((part) =>
    part.type === 'tool_call' ? [{ ref: part.id, call: part.name, input: part.deltas.join('') }] : [],
  );
  return {
    say: { text: joined('text'), thought: joined('reasoning'), calls },
    stopped: finishReason,
    used: usedOf(usage),
    end: true,
  };
}

function usedOf(usage: WireAnswer['usage']): object | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  return {
    in: inputTokens,
    out: outputTokens,
    cached: cachedInputTokens,
    written: cacheWriteTokens,
    thought: reasoningTokens,
  };
}
