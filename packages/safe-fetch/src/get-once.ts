import { beginsAs, namedContentType, type SafeContentType } from './content-type.js';
import type { FetchRules } from './options.js';
import { pinnedClient } from './pinned-client.js';
import { isSafeFetchError, SafeFetchError } from './safe-fetch-error.js';
import type { Target } from './target.js';
import type { Vetted } from './vetted-addresses.js';

/** What one request came to. */
export type Outcome =
  | { readonly location: string }
  | { readonly location?: undefined; readonly contentType: SafeContentType; readonly bytes: Uint8Array };

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Sends one GET to the vetted addresses and reads its answer, or where it redirects to.
 *
 * @throws a `SafeFetchError`, or `signal.reason`
 */
export async function getOnce(
  target: Target,
  vetted: Vetted,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<Outcome> {
  const client = pinnedClient(target, vetted, rules, signal);
  try {
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path: target.url.pathname + target.url.search,
      headers: {
        accept: rules.contentTypes.join(', '),
        'accept-encoding': 'identity',
        'user-agent': 'tako-safe-fetch',
      },
      signal,
    });
    body.on('error', () => undefined); // whoever reads it is told; nobody may be reading any more
    if (redirectStatuses.includes(statusCode)) return { location: oneLocation(headers['location']) };
    if (statusCode !== 200) throw new SafeFetchError('status');
    requireIdentity(headers['content-encoding']);
    const contentType = namedContentType(headers['content-type'], rules.contentTypes);
    if (contentType === undefined) throw new SafeFetchError('content_type');
    if (Number(headers['content-length'] ?? 0) > rules.maxBytes) throw new SafeFetchError('size');

    const bytes = await readAtMost(rules.maxBytes, body);
    if (!beginsAs(contentType, bytes)) throw new SafeFetchError('content_type');
    return { contentType, bytes };
  } catch (error) {
    signal.throwIfAborted();
    throw toSafeFetchError(error);
  } finally {
    await client.destroy();
  }
}

function oneLocation(header: string | string[] | undefined): string {
  if (typeof header === 'string') return header;
  throw new SafeFetchError('redirect');
}

/** A few compressed bytes can become gigabytes, so compression is not asked for, and not taken. */
function requireIdentity(header: string | string[] | undefined): void {
  if (header !== undefined && String(header).trim().toLowerCase() !== 'identity') throw new SafeFetchError('encoding');
}

async function readAtMost(maxBytes: number, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxBytes) throw new SafeFetchError('size');
    pieces.push(piece);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** undici's errors hold addresses, certificates and bytes of the answer: only their kind is kept. */
function toSafeFetchError(error: unknown): SafeFetchError {
  if (isSafeFetchError(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new SafeFetchError(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'connection');
}
