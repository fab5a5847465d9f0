import { toBase64, type ChatRequest, type ContentPart, type Price } from '@tako/core';

/** What vendors wrap a message or a tool in; more than any of them does. */
const tokensPerFrame = 16;
/** What the costliest vendor counts for an image in full detail, rounded up. */
const tokensPerImage = 6_000;

/**
 * More input tokens than any vendor counts for the request: one for each byte of text (byte-level tokenizers never make
 * more), a frame for each message and tool, a flat figure for each image, and one for each byte of files and sound.
 */
export function mostInputTokens(request: ChatRequest): number {
  let tokens = tokensPerFrame;
  for (const tool of request.tools ?? []) tokens += tokensPerFrame + bytes(JSON.stringify(tool));
  if (request.responseFormat !== undefined) tokens += tokensPerFrame + bytes(JSON.stringify(request.responseFormat));
  for (const message of request.messages) {
    tokens += tokensPerFrame;
    for (const part of message.content) tokens += mostTokensOf(part);
  }
  return tokens;
}

function mostTokensOf(part: ContentPart): number {
  const state = part.vendorData === undefined ? 0 : bytes(JSON.stringify(part.vendorData));
  return tokensPerFrame + state + mostTokensOfContent(part);
}

function mostTokensOfContent(part: ContentPart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return bytes(part.text);
    case 'tool_call':
      return bytes(part.name) + bytes(part.arguments);
    case 'tool_result':
      return part.content.reduce((sum, inner) => sum + mostTokensOf(inner), bytes(part.name));
    case 'image':
    case 'image_url':
      return tokensPerImage;
    case 'file':
    case 'audio':
      return typeof part.data === 'string' ? toBase64(part.data).length : part.data.length;
    default:
      return bytes(JSON.stringify(part satisfies never));
  }
}

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
}

/** The dearest price that an input token may come to. */
export function mostInputPrice(price: Price): number {
  return Math.max(price.inputUsdPerMillion, price.cachedInputUsdPerMillion ?? 0, price.cacheWriteUsdPerMillion ?? 0);
}

/** The dearest price that an output token may come to. */
export function mostOutputPrice(price: Price): number {
  return Math.max(price.outputUsdPerMillion, price.reasoningUsdPerMillion ?? 0);
}
