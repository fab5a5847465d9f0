import { onlyHeader, type RequestHead } from './exchange.js';

/** The client's own id of the request where it is harmless in headers and logs, else a new one. */
export function requestIdOf(head: RequestHead): string {
  const given = onlyHeader(head, 'x-request-id');
  return given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : `req_${crypto.randomUUID()}`;
}
