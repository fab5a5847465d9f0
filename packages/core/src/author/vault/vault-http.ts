import { providerError } from '../../error/make-error.js';
import { isTakoError, type TakoError } from '../../error/tako-error.js';
import type { HttpRequest, HttpTransport } from '../../platform/http-transport.js';
import { fetchTransport, type Fetch } from '../fetch-transport.js';
import { parseRetryAfter } from '../retry-after.js';
import { codeByStatus } from '../status-error.js';
import { transportError } from '../transport-error.js';

/** What a store of secrets, or who gives tokens for it, answered. */
export interface VaultAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The body as JSON; `undefined` where it is none. */
  readonly json: unknown;
  /** The body as it came; empty where it is not UTF-8. It may hold a secret: it stands in no error. */
  readonly text: string;
}

/** One request, and what it asks for (a key, a token), which stands in errors. */
export interface VaultRequest extends HttpRequest {
  readonly what?: string | undefined;
}

/** Sends one request. It follows no redirect. */
export type VaultSend = (request: VaultRequest) => Promise<VaultAnswer>;

/** No secret, and no token, is that long. */
const maxBytes = 1_048_576;

/**
 * Requests to stores of secrets, over a transport or a `fetch`.
 *
 * @throws `transport` when no answer comes, `malformed_response` when it is longer than 1 MiB, `signal.reason` when that aborts.
 */
export function vaultSend(over: HttpTransport | Fetch, source: string): VaultSend {
  const transport = typeof over === 'function' ? fetchTransport(over) : over;
  return async ({ what, ...request }) => {
    const where = what === undefined ? source : `${source}: ${what}`;
    // The platform quotes a header that it refuses.
    if (Object.values(request.headers).some((value) => !/^[\t\x20-\x7e]*$/.test(value))) {
      throw providerError('invalid', `${where}: a header cannot be sent; check for line ends`, { source });
    }
    try {
      const { status, headers, body } = await transport.send(request);
      const bytes = await readAll(body);
      if (bytes === undefined) {
        throw providerError('malformed_response', `${where}: the answer is longer than 1 MiB`, { source });
      }
      return { status, headers, ...decoded(bytes) };
    } catch (error) {
      request.signal.throwIfAborted();
      if (isTakoError(error)) throw error;
      const { message, details } = transportError(error, where);
      throw providerError('transport', message, { source, details, cause: error });
    }
  };
}

/** A body, or `undefined` where it is too long: then the rest is not read. */
async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Not UTF-8, or not JSON: the parser of that answer says so. The platform's errors about it quote the text. */
function decoded(bytes: Uint8Array): Pick<VaultAnswer, 'text' | 'json'> {
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, json: JSON.parse(text) };
  } catch {
    return { text, json: undefined };
  }
}

/**
 * The error for an answer that is not a success. Nothing of the body stands in it: whoever answered may quote a secret or token.
 *
 * @param what was asked for: a key, or a token
 */
export function vaultStatusError(answer: VaultAnswer, source: string, what: string, nowMs: number): TakoError {
  const { status, headers } = answer;
  return providerError(codeByStatus(status), `${source}: ${what}: the answer was ${status}`, {
    source,
    status,
    retryAfterMs: parseRetryAfter(headers, nowMs),
    requestId: headers['x-ms-request-id'] ?? headers['x-request-id'],
  });
}
