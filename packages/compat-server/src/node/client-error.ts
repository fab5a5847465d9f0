import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { errorBody, refused, type Failure } from '../errors/failure.js';
import type { OpenAIService } from '../http/openai-service.js';

/** What the parser of HTTP makes of a request that is none. Codes: https://nodejs.org/api/errors.html (read 2026-11-23). */
function failureOf(code: string | undefined): Failure {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refused(431, 'headers_too_large', 'The headers are too large.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refused(413, 'body_too_large', 'The chunk extensions are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refused(408, 'request_timeout', 'The request did not come in time.');
    default:
      return refused(400, 'invalid_request', 'The request is not valid HTTP.');
  }
}

/** What tells of requests. */
type Teller = Pick<OpenAIService, 'clock' | 'log'>;

/** The answers that are under way on each connection. */
export type BusySockets = WeakMap<Duplex, Set<ServerResponse>>;

/** Notes which connections have answers under way. */
export function busySockets(server: Server, busy: BusySockets): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = busy.get(socket) ?? new Set();
    busy.set(socket, answers.add(response));
    response.once('close', () => {
      answers.delete(response);
    });
  });
}

/**
 * Answers what is no request in OpenAI's shape too, and closes: nothing that follows on the connection can be trusted. In the
 * middle of an answer a second one would be read as part of it, so there it only closes.
 */
export function clientErrorHandler(
  service: Teller,
  busy: BusySockets,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    const answers = [...(busy.get(socket) ?? [])];
    const isTold = answers.length > 1 || answers.some(({ headersSent }) => headersSent);
    if (error.code === 'ECONNRESET' || isUnused(socket) || !socket.writable || isTold) {
      socket.destroy();
      return;
    }
    const failure = failureOf(error.code);
    const requestId = `req_${crypto.randomUUID()}`;
    // A request that broke in its body has a line of its own, as one whose client has gone.
    if (answers.length === 0) logUnread(service, failure, requestId);
    const { status } = failure;
    const body = errorBody(failure);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
        `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
    );
  };
}

/** Clients open connections in advance, and may never send anything on them: that is no request, and has no answer. */
function isUnused(socket: Duplex): boolean {
  return 'bytesRead' in socket && socket.bytesRead === 0;
}

/** Whoever expects to be told to go on is told when the body is wanted, and not before it is known who asks. */
export function holdContinue(server: Server, service: Teller): WeakSet<IncomingMessage> {
  const waiting = new WeakSet<IncomingMessage>();
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const failure = refused(417, 'expectation_failed', 'That expectation cannot be met.');
    const requestId = `req_${crypto.randomUUID()}`;
    logUnread(service, failure, requestId);
    response.writeHead(failure.status, {
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': requestId,
      connection: 'close',
    });
    response.end(errorBody(failure));
  });
  return waiting;
}

/** The line of a request that never became one. */
function logUnread({ log, clock }: Teller, { status, code }: Failure, requestId: string): void {
  log({ level: 'info', event: 'request', timeMs: clock.now(), requestId, status, error: code ?? undefined });
}
