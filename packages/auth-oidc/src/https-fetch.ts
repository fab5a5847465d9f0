import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { getCACertificates } from 'node:tls';

import { invalidOptions, providerError } from '@tako/core';
import { transportError } from '@tako/core/provider';

/** What a request to the identity provider is made of. */
export interface HttpsRequest {
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A `fetch` for https alone, that follows no redirect. */
export type HttpsFetch = (url: string, init: HttpsRequest) => Promise<Response>;

/** No metadata and no key set is that long. */
const maxBytes = 1_048_576;

/** Statuses whose answer a `Response` allows no body for. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Sends over `node:https`, because the platform's `fetch` takes no certificate authority of its own.
 *
 * @param ca certificates in PEM form that are trusted besides the platform's own
 * @throws `invalid` for a `ca` that holds no certificate or a broken one. The function: `transport` when no answer comes or it
 *   is longer than 1 MiB; `signal.reason` when that aborts.
 */
export function httpsFetch(ca: string | undefined, source: string): HttpsFetch {
  const trusted = ca === undefined ? undefined : [...getCACertificates('default'), ...readCertificates(ca, source)];
  const agent = new Agent({ keepAlive: true, ...(trusted === undefined ? {} : { ca: trusted }) });

  return async (url, { method, headers, body, signal }) => {
    signal?.throwIfAborted();
    if (URL.parse(url)?.protocol !== 'https:') {
      throw providerError('transport', `${source}: the identity provider named an address that is not https`, {
        source,
      });
    }
    try {
      return await new Promise<Response>((resolve, reject) => {
        const sent = request(url, { method, headers, agent, ...(signal === undefined ? {} : { signal }) }, (answer) => {
          readAnswer(answer, source).then(resolve, reject);
        });
        sent.on('error', reject);
        sent.end(body);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw transportError(error, source);
    }
  };
}

async function readAnswer(answer: IncomingMessage, source: string): Promise<Response> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Buffers: no encoding is set on the answer.
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      throw providerError('transport', `${source}: an answer of the identity provider is longer than 1 MiB`, {
        source,
      });
    }
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headersDistinct } = answer;
  const headers = Object.entries(headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  return new Response(bodiless.has(status) ? null : Buffer.concat(chunks), { status, headers });
}

function readCertificates(pem: string, source: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw invalidOptions(source, 'ca holds no certificate in PEM form');
  try {
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch {
    throw invalidOptions(source, 'ca holds a certificate that cannot be read'); // the platform's reason adds nothing
  }
}
