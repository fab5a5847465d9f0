import { toBase64, type BinaryData, type ImagePart, type ImageUrlPart, type UserContent } from '@tako/core';
import { unsupported } from '@tako/core/provider';

import type { VertexPart } from './vertex-request.js';

/** A part that holds media. */
export type VertexMedia = Pick<VertexPart, 'inlineData' | 'fileData'>;

/**
 * The images that Gemini takes, by the endings that stand for them and nothing else.
 *
 * Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/image-understanding (read 2026-11-23).
 * GIF stands in no list there, but in https://www.mintlify.com/googleapis/python-genai/guides/multimodal (read 2026-11-23): the vendor decides.
 */
const imageTypes: { readonly [ending: string]: string } = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
};

/**
 * Writes an image, a file or sound: bytes inline, URLs as they are.
 *
 * @throws `unsupported` for an image of a type that Gemini does not take, and for a URL that it cannot fetch or whose type is
 *   not known.
 */
export function toVertexMedia(part: Exclude<UserContent, { type: 'text' }>, source: string): VertexMedia {
  switch (part.type) {
    case 'image':
      return inline(imageType(part, source), part.data);
    case 'image_url':
      return byUrl(part, source);
    case 'file':
      return inline(part.mimeType, part.data, part.name);
    case 'audio':
      return inline(part.mimeType, part.data);
  }
}

function inline(mimeType: string, data: BinaryData, displayName?: string): VertexMedia {
  return { inlineData: { mimeType, data: toBase64(data), displayName } };
}

function imageType({ mimeType }: ImagePart, source: string): string {
  const plain = (mimeType.split(';')[0] ?? '').trim().toLowerCase();
  const type = plain === 'image/jpg' ? 'image/jpeg' : plain;
  if (!Object.values(imageTypes).includes(type)) {
    throw unsupported(source, `images of type ${type}; it takes PNG, JPEG, WebP, HEIC, HEIF and GIF`);
  }
  return type;
}

function byUrl({ url, mimeType }: ImageUrlPart, source: string): VertexMedia {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (type !== undefined && base64 !== undefined) return inline(type, base64);
  if (!/^(gs|https?):\/\/./i.test(url)) throw unsupported(source, 'URLs other than gs:, https: and http:');
  const ending = /^\w+:\/\/[^/?#]+\/[^?#]*\.([a-z]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? ''; // of the path alone
  const known = mimeType ?? (Object.hasOwn(imageTypes, ending) ? imageTypes[ending] : undefined);
  if (known === undefined || known === '') {
    throw unsupported(source, 'an image URL whose type its ending does not tell; set its mimeType');
  }
  return { fileData: { mimeType: known, fileUri: url } };
}
