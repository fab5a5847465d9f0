import type { AssistantContent, ChatRequest, JsonSchema, Message, ToolResultContent, UserContent } from '@tako/core';
import * as fc from 'fast-check';

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((each) => !each.startsWith('[tool error] '));
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const base64 = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const detail = fc.constantFrom('low', 'high', 'original').map((word) => ({ vendor: 'openai', data: { detail: word } }));

const textPart = text.map((each) => ({ type: 'text' as const, text: each }));
const imageType = fc.constantFrom('image/png', 'image/jpeg', 'image/gif', 'image/webp');

/** Media that every request can carry, in the form in which they are read back. */
const picture: fc.Arbitrary<UserContent> = fc.oneof(
  optional({ type: fc.constant('image' as const), mimeType: imageType, data: base64 }, { vendorData: detail }),
  optional({ type: fc.constant('image_url' as const), url: fc.webUrl() }, { vendorData: detail }),
  fc.record({ type: fc.constant('file' as const), mimeType: fc.constant('application/pdf'), data: base64, name: text }),
);
const sound: fc.Arbitrary<UserContent> = fc.record({
  type: fc.constant('audio' as const),
  mimeType: fc.constantFrom('audio/wav', 'audio/mpeg'),
  data: base64,
});
const medium = fc.oneof(picture, sound);

/** One text, or several parts with a medium among them: text alone would come back as one part. */
function contentWith(media: fc.Arbitrary<UserContent>): fc.Arbitrary<readonly UserContent[]> {
  return fc.oneof(
    fc.array(textPart, { maxLength: 1 }),
    fc
      .tuple(fc.array(fc.oneof(textPart, media), { maxLength: 3 }), media, fc.array(textPart, { maxLength: 2 }))
      .map(([before, one, after]) => [...before, one, ...after]),
  );
}

/** A model's turn and the tool message that answers it, ids unique by `turn`. */
function exchange(turn: number): fc.Arbitrary<readonly Message[]> {
  const call = fc.record({
    name,
    arguments: fc.json().filter((json) => json.trim() !== ''),
    result: fc.tuple(fc.option(textPart), fc.boolean()),
  });
  return fc.tuple(fc.option(textPart), fc.array(call, { maxLength: 3 })).map(([said, calls]) => {
    const content: AssistantContent[] = said === null ? [] : [said];
    for (const [index, each] of calls.entries()) {
      content.push({ type: 'tool_call', id: `call_${turn}_${index}`, name: each.name, arguments: each.arguments });
    }
    const results = calls.map(({ name: toolName, result: [part, isError] }, index) => ({
      type: 'tool_result' as const,
      toolCallId: `call_${turn}_${index}`,
      name: toolName,
      content: part === null ? [] : [part],
      ...(isError ? { isError: true } : {}),
    }));
    const answer: Message = { role: 'assistant', content };
    return results.length === 0 ? [answer] : [answer, { role: 'tool', content: results }];
  });
}

function turnsOf(content: fc.Arbitrary<readonly UserContent[]>): fc.Arbitrary<readonly Message[]> {
  const system = fc.array(textPart, { maxLength: 1 }).map((parts): Message => ({ role: 'system', content: parts }));
  const user = content.map((parts): Message => ({ role: 'user', content: parts }));
  const turn = (index: number): fc.Arbitrary<readonly Message[]> =>
    fc.oneof(
      system.map((one) => [one]),
      user.map((one) => [one]),
      exchange(index),
    );
  return fc.tuple(turn(0), turn(1), turn(2), turn(3)).map((turns) => turns.flat());
}

const strictSchema: fc.Arbitrary<JsonSchema> = fc.array(name, { maxLength: 3 }).map((names) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((each) => [each, { type: 'string' }])),
  required: [...new Set(names)],
  additionalProperties: false,
}));
const looseSchema: fc.Arbitrary<JsonSchema> = fc.constant({ type: 'object', properties: { a: { type: 'string' } } });

const tool = fc.oneof(
  optional({ name, inputSchema: strictSchema }, { description: text, strict: fc.boolean() }),
  optional({ name, inputSchema: looseSchema }, { description: text, strict: fc.constant(false) }),
);

const responseFormat: fc.Arbitrary<ChatRequest['responseFormat']> = fc.oneof(
  fc.constant({ type: 'text' as const }),
  fc.constant({ type: 'json' as const }),
  optional(
    { type: fc.constant('json_schema' as const), name, schema: strictSchema },
    { description: text, strict: fc.constant(false) },
  ),
  optional(
    { type: fc.constant('json_schema' as const), name, schema: looseSchema, strict: fc.constant(false) },
    { description: text },
  ),
);

const sharedSettings = {
  responseFormat,
  temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((each) => each + 0),
  topP: fc.double({ min: 0, max: 1, noNaN: true }).map((each) => each + 0),
  maxOutputTokens: fc.integer({ min: 1, max: 1e6 }),
  reasoning: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh').map((effort) => ({ effort })),
  cache: fc.constantFrom({ key: 'k' }, { ttlMs: 86_400_000 }, { key: 'k', ttlMs: 86_400_000 }),
  metadata: fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true }),
};
const settings = { ...sharedSettings, stop: fc.array(text, { minLength: 1, maxLength: 4 }), seed: fc.integer() };
const toolSettings = {
  toolChoice: fc.oneof(fc.constantFrom('auto', 'none', 'required'), fc.record({ name })),
  parallelToolCalls: fc.boolean(),
};

/** Requests in the one form in which they come back from the wire. */
export const canonicalRequest: fc.Arbitrary<ChatRequest> = fc.oneof(
  optional({ messages: turnsOf(contentWith(medium)) }, settings),
  optional(
    { messages: turnsOf(contentWith(medium)), tools: fc.array(tool, { minLength: 1, maxLength: 3 }) },
    { ...settings, ...toolSettings },
  ),
);

/** The same for the Responses API: no stop, seed or sound, a tool is strict or does not ask, and reasoning comes back. */
export const canonicalResponsesRequest: fc.Arbitrary<ChatRequest> = fc.oneof(
  optional({ messages: responsesTurns() }, sharedSettings),
  optional(
    {
      messages: responsesTurns(),
      tools: fc.array(
        fc.oneof(
          optional({ name, inputSchema: strictSchema }, { description: text, strict: fc.constant(true) }),
          optional({ name, inputSchema: looseSchema }, { description: text }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { ...sharedSettings, ...toolSettings },
  ),
);

/** Assistant messages in a row would come back as one, and empty ones not at all: neither is there. */
function responsesTurns(): fc.Arbitrary<readonly Message[]> {
  return turnsOf(contentWith(picture)).map((messages) => {
    const turns: Message[] = [];
    for (const [at, message] of messages.entries()) {
      if (message.role !== 'assistant') turns.push(message);
      else if (message.content.length > 0) {
        const thought: AssistantContent = {
          type: 'reasoning',
          text: at % 2 === 0 ? 'Hm.' : '',
          vendorData: { vendor: 'openai', data: { id: `rs_${at}`, encrypted_content: `secret ${at}` } },
        };
        const before = turns.at(-1)?.role === 'assistant' ? turns.pop() : undefined;
        const said = before?.role === 'assistant' ? before.content : [];
        turns.push({ role: 'assistant', content: [...said, thought, ...message.content] });
      }
    }
    return turns;
  });
}

const resultContent: fc.Arbitrary<ToolResultContent> = fc.oneof(textPart, medium);

/** Requests in any form, media in tool results and bytes included. */
export const anyRequest: fc.Arbitrary<ChatRequest> = fc
  .tuple(
    turnsOf(fc.array(fc.oneof(textPart, medium), { maxLength: 4 })),
    fc.array(resultContent, { maxLength: 3 }),
    fc.uint8Array({ maxLength: 9 }),
  )
  .map(([messages, content, data]) => ({
    messages: [
      ...messages,
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm' },
          { type: 'tool_call', id: 'z', name: 'z', arguments: '' },
        ],
      },
      { role: 'tool', content: [{ type: 'tool_result', toolCallId: 'z', name: 'z', content }] },
      { role: 'assistant', content: [{ type: 'image', mimeType: 'image/png', data }] },
    ],
  }));

/** A record whose last fields may be absent. */
function optional<Must extends object, May extends object>(
  must: { [Key in keyof Must]: fc.Arbitrary<Must[Key]> },
  may: { [Key in keyof May]: fc.Arbitrary<May[Key]> },
): fc.Arbitrary<Must & Partial<May>> {
  const record = fc.record({ ...must, ...may }, { requiredKeys: Object.keys(must) as never });
  return record as fc.Arbitrary<Must & Partial<May>>; // what requiredKeys says, which its types lose in a generic
}
