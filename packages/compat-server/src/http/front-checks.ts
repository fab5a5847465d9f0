import { refused, type Failure } from '../errors/failure.js';
import { onlyHeader, type RequestHead } from './exchange.js';

/** Which web pages may call the server. */
export interface CorsOptions {
  /** Origins like `https://app.example`, or `*` for all. Credentials of browsers (cookies) are never allowed. */
  readonly origins: readonly string[];
}

/** What requests are held against before anybody asks who sent them. */
export interface FrontOptions {
  /** Names that the `Host` header may have, without port; absent: any. */
  readonly allowedHosts: ReadonlySet<string> | undefined;
  readonly cors: CorsOptions | undefined;
  /** What this server's own requests bear. */
  readonly hopId: string | undefined;
  /** Whether pages of other origins are turned away: they reach a server on loopback through the browser of whoever runs it. */
  readonly refusesOrigins: boolean;
}

/** What the checks come to: headers for the answer, and what ends the request here, if anything does. */
export interface FrontOutcome {
  readonly headers: Readonly<Record<string, string>>;
  readonly failure?: Failure | undefined;
  /** The request only asks what a page may do. */
  readonly isPreflight?: boolean | undefined;
}

const passed: FrontOutcome = { headers: {} };
const exposed =
  'x-request-id, retry-after, x-should-retry, x-tako-ignored, idempotency-replayed, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests';

/**
 * Whether a request was meant for this server, and may come from where it does. A page whose name was made to point here still
 * sends its own `Host` and `Origin`.
 */
export function frontChecked(head: RequestHead, options: FrontOptions): FrontOutcome {
  const { allowedHosts, cors, hopId, refusesOrigins } = options;
  const host = onlyHeader(head, 'host');
  if (host === undefined || !/^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i.test(host)) {
    return { headers: {}, failure: refused(400, 'invalid_host', 'The request must have one valid Host header.') };
  }
  if (allowedHosts !== undefined && !allowedHosts.has(host.replace(/:\d+$/, '').toLowerCase())) {
    return { headers: {}, failure: refused(421, 'misdirected_request', 'This server does not answer for that host.') };
  }
  if (hopId !== undefined && onlyHeader(head, 'x-tako-hop') === hopId) {
    const message = 'A model of this server asks this server: the base URL of its provider points here.';
    return { headers: {}, failure: { ...refused(508, 'loop_detected', message), type: 'server_error' } };
  }
  if (!Object.hasOwn(head.headers, 'origin')) return passed;
  const origin = onlyHeader(head, 'origin') ?? ''; // two of them are none that could be allowed
  if (cors === undefined || !(cors.origins.includes(origin) || cors.origins.includes('*'))) {
    if (!refusesOrigins) return passed;
    const failure = refused(403, 'origin_not_allowed', 'Web pages of this origin may not call this server.');
    return { headers: {}, failure };
  }
  const headers = {
    'access-control-allow-origin': cors.origins.includes('*') ? '*' : origin,
    'access-control-expose-headers': exposed,
    vary: 'origin',
  };
  const isPreflight = head.method === 'OPTIONS' && onlyHeader(head, 'access-control-request-method') !== undefined;
  return isPreflight ? { headers: { ...headers, ...preflightHeaders(head) }, isPreflight } : { headers };
}

function preflightHeaders(head: RequestHead): Record<string, string> {
  const asked = onlyHeader(head, 'access-control-request-headers') ?? '';
  const names = asked
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return {
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': names
      .filter((name) => /^[a-z0-9-]{1,64}$/.test(name))
      .slice(0, 50)
      .join(', '),
    'access-control-max-age': '600',
    ...(onlyHeader(head, 'access-control-request-private-network') === 'true'
      ? { 'access-control-allow-private-network': 'true' }
      : {}),
  };
}
