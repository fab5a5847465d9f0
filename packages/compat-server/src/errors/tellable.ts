import type { ChatRequest } from '@tako/core';
import { redact } from '@tako/core/provider';

/** More of a text is not looked at: nobody is told so much of it. */
const longest = 2_000;

/** What an error says, for the client: where this server's vendors are, and what opens them, is not for it to know. */
export function forClient(text: string): string {
  const placeless = text
    .slice(0, longest)
    .replace(/\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s"'<>]+/gi, '<address>')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<address>');
  return redact(placeless, []);
}

/**
 * What an error says, for the log: addresses stay, without the credentials and queries that open them.
 *
 * @param request what was asked: a quotation of it is taken out
 */
export function forOperator(text: string, secrets: readonly string[], request: ChatRequest | undefined): string {
  const closed = text
    .slice(0, longest)
    .replace(/(\b[a-z][a-z\d+.-]{0,20}:\/\/)[^\s/@"'<>]*@/gi, '$1')
    .replace(/(:\/\/[^\s?#"'<>]{1,500})[?#][^\s"'<>]*/g, '$1?<redacted>');
  return redact(closed, secrets, request);
}
