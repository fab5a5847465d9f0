import { fromBase64, toBase64, type BinaryData, type UserContent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { AnthropicImageType, AnthropicMedia } from './anthropic-request.js';

/** Sources: the types of `@anthropic-ai/sdk` 1.12.0, https://platform.claude.com/docs/en/build-with-claude/vision (read 2026-11-23). */
const imageTypes: readonly AnthropicImageType[] = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/**
 * Writes a picture or a document: bytes, or a URL that the vendor fetches. A file of any `text/` type is a plain document, a file
 * that is a picture is a picture, and a URL whose type is `application/pdf` is a document.
 *
 * @throws `unsupported` for sound, for other types, and for URLs other than `https:`, `http:` and `data:`.
 */
export function toAnthropicMedia(part: Exclude<UserContent, { type: 'text' }>, source: string): AnthropicMedia {
  switch (part.type) {
    case 'image':
      return image(part.mimeType, part.data, source);
    case 'image_url':
      return byUrl(part.url, part.mimeType, source);
    case 'file':
      return file(part.mimeType, part.data, part.name, source);
    case 'audio':
      throw unsupported(source, 'sound');
  }
}

function image(mimeType: string, data: BinaryData, source: string): AnthropicMedia {
  const type = plainType(mimeType);
  const known = imageTypes.find((each) => each === (type === 'image/jpg' ? 'image/jpeg' : type));
  if (known === undefined) throw unsupported(source, `images of type ${type}; it takes JPEG, PNG, GIF and WebP`);
  return { type: 'image', source: { type: 'base64', media_type: known, data: toBase64(data) } };
}

function file(mimeType: string, data: BinaryData, title: string | undefined, source: string): AnthropicMedia {
  const type = plainType(mimeType);
  if (type.startsWith('image/')) return image(type, data, source);
  if (type === 'application/pdf') {
    return { type: 'document', source: { type: 'base64', media_type: type, data: toBase64(data) }, title };
  }
  if (!type.startsWith('text/')) throw unsupported(source, `files of type ${type}; it takes PDF and text`);
  const text = new TextDecoder().decode(fromBase64(data));
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, title };
}

function byUrl(url: string, mimeType: string | undefined, source: string): AnthropicMedia {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (type !== undefined && base64 !== undefined) return file(type, base64, undefined, source);
  if (!/^https?:\/\/./i.test(url)) throw unsupported(source, 'URLs other than https:, http: and data:');
  const isPdf = mimeType !== undefined && plainType(mimeType) === 'application/pdf';
  return { type: isPdf ? 'document' : 'image', source: { type: 'url', url } };
}

/** A type without its parameters. */
function plainType(mimeType: string): string {
  return (mimeType.split(';')[0] ?? '').trim().toLowerCase();
}
