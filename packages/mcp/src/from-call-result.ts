import { fromBase64, TakoError, toolOutput, type ToolOutput, type ToolResultContent } from '@tako/core';

import { isRecord } from './server-tool.js';

type Block = { readonly [key: string]: unknown };

/**
 * A server's answer to `tools/call` as a tool's output: text, images, sound and resources as parts; `structuredContent`
 * as JSON where there is nothing else; an unknown kind of content as its JSON, so that nothing is lost.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-result (read 2026-11-23)
 * @throws `malformed_response` when the answer is no result.
 */
export function fromCallResult(result: unknown, source: string): ToolOutput {
  if (!isRecord(result)) {
    throw new TakoError('malformed_response', `${source}: the server's answer to a tool call is no result`, { source });
  }
  const blocks: readonly unknown[] = Array.isArray(result['content']) ? result['content'] : [];
  const content = blocks.map(fromBlock);
  if (content.length === 0) {
    // Revision 2024-10-07 had `toolResult` in place of content.
    const value = result['structuredContent'] ?? result['toolResult'];
    content.push(text(value === undefined ? '(no output)' : JSON.stringify(value)));
  }
  return toolOutput(content, { isError: result['isError'] === true });
}

function fromBlock(block: unknown): ToolResultContent {
  if (!isRecord(block)) return text(JSON.stringify(block));
  const { type, data } = block;
  if (type === 'text' && typeof block['text'] === 'string') return text(block['text']);
  if ((type === 'image' || type === 'audio') && typeof data === 'string') {
    return { type, mimeType: mimeTypeOf(block) ?? (type === 'image' ? 'image/png' : 'audio/wav'), data };
  }
  if (type === 'resource' && isRecord(block['resource'])) return fromResource(block['resource']) ?? asJson(block);
  if (type === 'resource_link' && typeof block['uri'] === 'string') return fromLink(block);
  return asJson(block);
}

/** Text stays text, with its address before it: a model often has to name what it read. */
function fromResource(resource: Block): ToolResultContent | undefined {
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

function asJson(block: Block): ToolResultContent {
  return text(JSON.stringify(block));
}

function text(value: string): ToolResultContent {
  return { type: 'text', text: value };
}
