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

/** Connections on which an answer is under way. */
export type BusySockets = WeakMap<Duplex, number>;

/** Notes which connections have an answer under way. */
export function busySockets(server: Server, busy: BusySockets): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      busy.set(socket, (busy.get(socket) ?? 1) - 1);
    });
  });
}

/**
 * Answers what is no request in OpenAI's shape too, and closes: nothing that follows on the connection can be trusted. In the
 * middle of an answer a second one would be read as part of it, so there it only closes.
 */
export function clientErrorHandler(
  service: OpenAIService,
  busy: BusySockets,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || (busy.get(socket) ?? 0) > 0) {
      socket.destroy();
      return;
    }
    const failure = failureOf(error.code);
    const requestId = `req_${crypto.randomUUID()}`;
    const timeMs = service.clock.now();
    const { status, code } = failure;
    service.log({ level: 'info', event: 'request', timeMs, requestId, status, error: code ?? undefined });
    const body = errorBody(failure);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
        `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
    );
  };
}

/** Whoever expects to be told to go on is told when the body is wanted, and not before it is known who asks. */
export function holdContinue(server: Server): WeakSet<IncomingMessage> {
  const waiting = new WeakSet<IncomingMessage>();
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = errorBody(refused(417, 'expectation_failed', 'That expectation cannot be met.'));
    response.writeHead(417, {
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': `req_${crypto.randomUUID()}`,
      connection: 'close',
    });
    response.end(body);
  });
  return waiting;
}
