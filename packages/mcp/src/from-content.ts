import { fromBase64, type ToolResultContent } from '@tako/core';

import { jsonText } from './json-text.js';
import { isRecord } from './server-tool.js';

type Block = { readonly [key: string]: unknown };

/** A block of content as a part; one of an unknown kind as its JSON, so that nothing is lost. */
export function fromContent(block: unknown): ToolResultContent {
  if (!isRecord(block)) return asJson(block);
  const { type, data } = block;
  if (type === 'text' && typeof block['text'] === 'string') return text(block['text']);
  if ((type === 'image' || type === 'audio') && typeof data === 'string') {
    return { type, mimeType: mimeTypeOf(block) ?? (type === 'image' ? 'image/png' : 'audio/wav'), data };
  }
  if (type === 'resource' && isRecord(block['resource'])) return fromResource(block['resource']) ?? asJson(block);
  if (type === 'resource_link' && typeof block['uri'] === 'string') return fromLink(block);
  return asJson(block);
}

/**
 * A resource's content as a part; `undefined` where it has none. Text stays text, with its address before it: a model
 * often has to name what it read.
 */
export function fromResource(resource: Block): ToolResultContent | undefined {
  const uri = typeof resource['uri'] === 'string' ? resource['uri'] : '';
  const mimeType = mimeTypeOf(resource) ?? 'application/octet-stream';
  if (typeof resource['text'] === 'string') return text(`[${uri}]\n${resource['text']}`);
  const data = resource['blob'];
  if (typeof data !== 'string') return undefined;
  if (mimeType.startsWith('image/')) return { type: 'image', mimeType, data };
  if (mimeType.startsWith('audio/')) return { type: 'audio', mimeType, data };
  const decoded = isText(mimeType) ? decode(data) : undefined;
  if (decoded !== undefined) return text(`[${uri}]\n${decoded}`);
  const name = uri.split(/[?#]/, 1)[0]?.split('/').at(-1);
  return { type: 'file', mimeType, data, name: name === '' ? undefined : name };
}

function fromLink(link: Block): ToolResultContent {
  const field = (name: string): string => (typeof link[name] === 'string' && link[name] !== '' ? ` ${link[name]}` : '');
  const about = `${field('title') || field('name')}${field('mimeType')}`.trim();
  const description = field('description').trim();
  return text(
    `[${field('uri').trim()}]${about === '' ? '' : ` ${about}`}${description === '' ? '' : `\n${description}`}`,
  );
}

function isText(mimeType: string): boolean {
  return /^text\/|[/+](?:json|xml|yaml)(?:;|$)/i.test(mimeType);
}

/** Base64 as text; `undefined` where it is not base64, or the bytes are not UTF-8. */
function decode(data: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(data));
  } catch {
    return undefined; // it claims to be text, but is not: handed on as a file
  }
}

function mimeTypeOf(block: Block): string | undefined {
  const mimeType = block['mimeType'];
  return typeof mimeType === 'string' && mimeType !== '' ? mimeType : undefined;
}

function asJson(block: unknown): ToolResultContent {
  return text(jsonText(block));
}

function text(value: string): ToolResultContent {
  return { type: 'text', text: value };
}

/** How large parts are, as UTF-8 text and base64. */
export function sizeOf(content: readonly ToolResultContent[]): number {
  let bytes = 0;
  for (const part of content) {
    if (part.type === 'text') bytes += utf8Bytes(part.text);
    else if (part.type !== 'image_url') bytes += part.data.length;
  }
  return bytes;
}

function utf8Bytes(value: string): number {
  let bytes = value.length;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    // Two units of a pair make four bytes, so each counts for two.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
