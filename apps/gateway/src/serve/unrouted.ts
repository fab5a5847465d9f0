import type { LogEntry } from '@tako/compat-server';
import type { FastifyReply } from 'fastify';

/** What fastify has no route for: a path that it cannot decode, a method that it does not know. */
const failures = {
  400: { code: 'invalid_url', message: 'The path is not valid percent-encoding.' },
  404: { code: 'unknown_url', message: 'There is nothing at this path.' },
} as const;

/** Answers what never reaches a route in the shape that clients know, and tells the log. */
export function unrouted(status: keyof typeof failures, reply: FastifyReply, log: (entry: LogEntry) => void): void {
  const { code, message } = failures[status];
  const requestId = `req_${crypto.randomUUID()}`;
  log({
    level: 'info',
    event: 'request',
    timeMs: Date.now(),
    requestId,
    method: reply.request.method,
    status,
    error: code,
  });
  void reply
    .code(status)
    .headers({ 'x-request-id': requestId, 'cache-control': 'no-store' })
    .send({ error: { message, type: 'invalid_request_error', param: null, code } });
}
