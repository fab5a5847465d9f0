import type { ChatRequest } from '../chat/chat-request.js';
import type { ContentPart } from '../message/content-part.js';

const maxExcerptCharacters = 300;
/** Shared text as long as this is taken for a quotation. */
const windowCharacters = 12;

/**
 * A bounded excerpt of what a far side answered, with secrets and anything it quotes from `request` taken out, so that
 * it can stand in an error.
 *
 * @param secrets values that must not show, an API key for instance
 */
export function redact(text: string, secrets: readonly string[], request?: ChatRequest): string {
  let excerpt = text;
  for (const secret of secrets) if (secret !== '') excerpt = excerpt.replaceAll(secret, '<redacted>');
  excerpt = excerpt
    .replace(/\b(?:(?:sk|pk|rk|key)[-_]|Bearer )[\w*.-]{6,}/g, '<redacted>')
    .replace(/\s+/g, ' ')
    .slice(0, maxExcerptCharacters);
  return request === undefined ? excerpt : withoutQuotations(excerpt, promptTexts(request));
}

/** Takes out what `excerpt` has in common with any of `texts`. White space counts as one blank on both sides. */
function withoutQuotations(excerpt: string, texts: readonly string[]): string {
  const quoted = new Set<number>();
  for (const text of texts) {
    const width = Math.min(windowCharacters, text.length);
    for (let at = 0; at + width <= excerpt.length; at++) {
      if (!text.includes(excerpt.slice(at, at + width))) continue;
      for (let offset = 0; offset < width; offset++) quoted.add(at + offset);
    }
  }
  let kept = '';
  for (let at = 0; at < excerpt.length; at++) {
    if (!quoted.has(at)) kept += excerpt.charAt(at);
    else if (!quoted.has(at - 1)) kept += '<prompt>';
  }
  return kept;
}

/** All text of a request that a person or tool wrote, as it is and as it looks inside JSON. */
function promptTexts(request: ChatRequest): string[] {
  const texts = new Set<string>();
  const add = (text: string): void => {
    for (const form of [text, JSON.stringify(text).slice(1, -1)]) {
      const folded = form.replace(/\s+/g, ' ').trim();
      if (folded.length >= 4) texts.add(folded);
    }
  };
  const visit = (part: ContentPart): void => {
    if (part.type === 'text' || part.type === 'reasoning') add(part.text);
    else if (part.type === 'tool_call') add(part.arguments);
    else if (part.type === 'tool_result') for (const inner of part.content) visit(inner);
    else if (part.type === 'image_url') add(part.url);
    else if (typeof part.data === 'string') add(part.data);
  };
  for (const message of request.messages) for (const part of message.content) visit(part);
  return [...texts];
}
