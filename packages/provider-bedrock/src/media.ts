import type { AudioFormat, DocumentFormat, ImageFormat } from '@aws-sdk/client-bedrock-runtime';
import { unsupported } from '@tako/core/provider';

/**
 * What Converse calls the types that it takes.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html, …_DocumentBlock.html and
 * …_AudioBlock.html (read 2026-11-23).
 */
const images: { readonly [mimeType: string]: ImageFormat } = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

const documents: { readonly [mimeType: string]: DocumentFormat } = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};

const sounds: { readonly [mimeType: string]: AudioFormat } = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
};

/** @throws `unsupported` for a type that Converse does not take. */
export function imageFormat(mimeType: string, source: string): ImageFormat {
  return formatOf(images, mimeType, source, 'images');
}

/** @throws `unsupported` for a type that Converse does not take. */
export function documentFormat(mimeType: string, source: string): DocumentFormat {
  return formatOf(documents, mimeType, source, 'documents');
}

/** @throws `unsupported` for a type that Converse does not take. */
export function audioFormat(mimeType: string, source: string): AudioFormat {
  return formatOf(sounds, mimeType, source, 'sound');
}

function formatOf<Format>(
  formats: { readonly [mimeType: string]: Format },
  mimeType: string,
  source: string,
  what: string,
): Format {
  const [essence = ''] = mimeType.toLowerCase().split(';');
  const name = essence.trim();
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) {
    throw unsupported(source, `${what} of the type ${name.slice(0, 80)} (it takes ${Object.keys(formats).join(', ')})`);
  }
  return format;
}

/** Longest name of a document, in characters. */
const maxNameCharacters = 200;

/**
 * Names for the documents of one request, as Converse demands them: letters, digits, single blanks, hyphens, parentheses and
 * square brackets, each name once. The ending goes, since the format stands beside.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html (read 2026-11-23).
 */
export class DocumentNames {
  readonly #used = new Set<string>();

  /** @param name as its owner calls the document */
  next(name = 'document'): string {
    const legal = name
      .replace(/\.[a-z0-9]{1,5}$/i, '')
      .replace(/[^a-zA-Z0-9\s()[\]-]+/g, ' ')
      .replace(/\s+/g, ' ')
      .slice(0, maxNameCharacters - 8)
      .trim();
    const first = legal === '' ? 'document' : legal;
    let free = first;
    for (let at = 2; this.#used.has(free); at++) free = `${first} (${at})`;
    this.#used.add(free);
    return free;
  }
}
