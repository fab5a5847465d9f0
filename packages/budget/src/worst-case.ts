import { toBase64, type ChatRequest, type ContentPart, type JsonSchema, type Price } from '@tako/core';

import { utf8Bytes } from './utf8-bytes.js';

/** What vendors wrap a message or a tool in; more than any of them does. */
const tokensPerFrame = 32;
/** What the costliest vendor counts for an image in full detail, rounded up. */
const tokensPerImage = 6_000;

/**
 * Counts more input tokens than any vendor does: one for each byte of text (byte-level tokenizers never make more), a
 * frame for each message and tool, a flat figure for each image, and one for each byte of files and sound.
 *
 * The counter writes the schema of a tool out once: it counts on schemas that do not change.
 */
export function inputCounter(): (request: ChatRequest) => number {
  const schemaBytes = new WeakMap<JsonSchema, number>();
  const bytesOf = (schema: JsonSchema): number => {
    const known = schemaBytes.get(schema);
    if (known !== undefined) return known;
    const bytes = utf8Bytes(JSON.stringify(schema));
    schemaBytes.set(schema, bytes);
    return bytes;
  };
  return ({ tools = [], responseFormat, messages }) => {
    let tokens = tokensPerFrame;
    for (const { name, description = '', inputSchema } of tools) {
      tokens += tokensPerFrame + utf8Bytes(name) + utf8Bytes(description) + bytesOf(inputSchema);
    }
    if (responseFormat !== undefined) tokens += tokensPerFrame + utf8Bytes(JSON.stringify(responseFormat));
    for (const { content } of messages) {
      tokens += tokensPerFrame;
      for (const part of content) tokens += mostTokensOf(part);
    }
    return tokens;
  };
}

function mostTokensOf(part: ContentPart): number {
  const state = part.vendorData === undefined ? 0 : utf8Bytes(JSON.stringify(part.vendorData));
  return tokensPerFrame + state + mostTokensOfContent(part);
}

function mostTokensOfContent(part: ContentPart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return utf8Bytes(part.text);
    case 'tool_call':
      return utf8Bytes(part.name) + utf8Bytes(part.arguments);
    case 'tool_result':
      return part.content.reduce((sum, inner) => sum + mostTokensOf(inner), utf8Bytes(part.name));
    case 'image':
    case 'image_url':
      return tokensPerImage;
    case 'file':
    case 'audio':
      return typeof part.data === 'string' ? toBase64(part.data).length : part.data.length;
    default:
      return utf8Bytes(JSON.stringify(part satisfies never));
  }
}

/** The dearest price that an input token may come to. */
export function mostInputPrice(price: Price): number {
  return Math.max(price.inputUsdPerMillion, price.cachedInputUsdPerMillion ?? 0, price.cacheWriteUsdPerMillion ?? 0);
}

/** The dearest price that an output token may come to. */
export function mostOutputPrice(price: Price): number {
  return Math.max(price.outputUsdPerMillion, price.reasoningUsdPerMillion ?? 0);
}
