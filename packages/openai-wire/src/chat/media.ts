import { toBase64, type AudioPart, type ImagePart } from '@tako/core';
import { unsupported } from '@tako/core/provider';

/** The images that OpenAI takes. Source: https://platform.openai.com/docs/guides/images-vision (read 2026-11-23). */
const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** The formats of sound by MIME type. Source: https://platform.openai.com/docs/guides/audio (read 2026-11-23). */
const audioFormats: { readonly [mimeType: string]: 'wav' | 'mp3' } = {
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};

/** An image as a data URL. @throws `unsupported` for a type that OpenAI does not take. */
export function imageDataUrl({ mimeType, data }: ImagePart, source: string): string {
  const plain = plainType(mimeType);
  const type = plain === 'image/jpg' ? 'image/jpeg' : plain;
  if (!imageTypes.has(type)) throw unsupported(source, `images of type ${type}; it takes JPEG, PNG, GIF and WebP`);
  return dataUrl(type, data);
}

/** Bytes as a data URL. */
export function dataUrl(mimeType: string, data: ImagePart['data']): string {
  return `data:${mimeType};base64,${toBase64(data)}`;
}

/** A name for a document that has none: OpenAI wants one, and goes by its end. */
export function documentName(mimeType: string): string {
  return `document.${mimeType.slice(mimeType.indexOf('/') + 1)}`;
}

/** The parts of a base64 data URL; `undefined` for any other URL. */
export function parseDataUrl(url: string): { readonly mimeType: string; readonly data: string } | undefined {
  const mark = url.indexOf(';base64,');
  if (!url.startsWith('data:') || mark < 0) return undefined;
  return { mimeType: url.slice('data:'.length, mark), data: url.slice(mark + ';base64,'.length) };
}

/** The format word for a sound. @throws `unsupported` for anything but WAV and MP3. */
export function audioFormat({ mimeType }: AudioPart, source: string): 'wav' | 'mp3' {
  const format = audioFormats[plainType(mimeType)];
  if (format === undefined) throw unsupported(source, `sound of type ${mimeType}; it takes WAV and MP3`);
  return format;
}

/** A MIME type without parameters, in lower case. */
function plainType(mimeType: string): string {
  return (mimeType.split(';')[0] ?? '').trim().toLowerCase();
}
