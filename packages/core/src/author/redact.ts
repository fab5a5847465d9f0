import type { ChatRequest } from '../chat/chat-request.js';
import type { ContentPart } from '../message/content-part.js';

const maxExcerptCharacters = 300;
/** Shared text as long as this is taken for a quotation. */
const windowCharacters = 12;
/** More of a prompt is not searched: an error must not hold up the process. */
const maxSearchedCharacters = 200_000;

/**
 * A bounded excerpt of what a far side answered, with secrets and anything it quotes from `request` taken out, so that
 * it can stand in an error.
 *
 * @param secrets values that must not show, an API key for instance
 */
export function redact(text: string, secrets: readonly string[], request?: ChatRequest): string {
  let excerpt = text;
  // The longest first: a secret may begin with another one.
  for (const secret of secrets.toSorted((left, right) => right.length - left.length)) {
    if (secret !== '') excerpt = excerpt.replaceAll(secret, '<redacted>');
  }
  excerpt = excerpt
    .slice(0, maxExcerptCharacters * 4)
    .replace(/\b(?:(?:sk|pk|rk|key)[-_]|Bearer )[\w*.-]{6,}/g, '<redacted>')
    .replace(/\s+/g, ' ')
    .slice(0, maxExcerptCharacters + windowCharacters);
  return withoutQuotations(excerpt, request === undefined ? new Set() : promptTexts(request));
}

/** Takes out what `excerpt` has in common with any of `texts`, up to the longest excerpt. White space counts as one blank on both sides. */
function withoutQuotations(excerpt: string, texts: ReadonlySet<string>): string {
  const quoted = new Set<number>();
  const mark = (at: number, length: number): void => {
    for (let offset = 0; offset < length; offset++) quoted.add(at + offset);
  };
  const places = new Map<string, number[]>();
  for (let at = 0; at + windowCharacters <= excerpt.length; at++) {
    const window = excerpt.slice(at, at + windowCharacters);
    places.set(window, [...(places.get(window) ?? []), at]);
  }
  for (const text of texts) {
    if (text.length < windowCharacters) {
      for (let at = excerpt.indexOf(text); at >= 0; at = excerpt.indexOf(text, at + 1)) mark(at, text.length);
      continue;
    }
    // Each text is walked once, however many windows the excerpt has.
    for (let at = 0; at + windowCharacters <= text.length; at++) {
      const window = text.slice(at, at + windowCharacters);
      for (const place of places.get(window) ?? []) mark(place, windowCharacters);
      places.delete(window); // its places are marked, and a text may repeat it a million times
    }
  }
  let kept = '';
  for (let at = 0; at < excerpt.length && kept.length < maxExcerptCharacters; at++) {
    if (!quoted.has(at)) kept += excerpt.charAt(at);
    else if (!quoted.has(at - 1)) kept += '<prompt>';
  }
  return kept;
}

/** All text of a request that a person or tool wrote, as it is and as it looks inside JSON and HTML. Bytes are left out. */
function promptTexts(request: ChatRequest): ReadonlySet<string> {
  const texts = new Set<string>();
  let left = maxSearchedCharacters;
  const add = (text: string): void => {
    const searched = text.slice(0, left);
    left -= searched.length;
    for (const form of [searched, JSON.stringify(searched).slice(1, -1), inHtml(searched)]) {
      const folded = form.replace(/\s+/g, ' ').trim();
      if (folded.length >= 4) texts.add(folded);
    }
  };
  const visit = (part: ContentPart): void => {
    if (part.type === 'text' || part.type === 'reasoning') add(part.text);
    else if (part.type === 'tool_call') add(part.arguments);
    else if (part.type === 'tool_result') for (const inner of part.content) visit(inner);
    else if (part.type === 'image_url') add(part.url);
    else if (typeof part.data === 'string') add(part.data.slice(0, maxExcerptCharacters));
  };
  // The newest first: it is what vendors quote.
  for (const message of request.messages.toReversed()) for (const part of message.content) visit(part);
  return texts;
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function inHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
