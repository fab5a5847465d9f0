import type { ErrorCode, JsonValue } from '@tako/core';
import { redact, transportError } from '@tako/core/provider';

/** How a stream ended, as gRPC has it. In place of a status it also hands out errors of its own, which have none of it. */
export interface GrpcStatus {
  readonly code?: number | undefined;
  readonly details?: string | undefined;
  readonly message?: string | undefined;
}

/** What is known of the stream that ended. */
export interface EndedStream {
  readonly source: string;
  /** Whether there was a connection. */
  readonly wasOpen: boolean;
  /** Why TLS failed, if it did. */
  readonly tlsError: unknown;
  /** The service that was asked for. */
  readonly service: string;
  readonly maxMessageBytes: number;
  /** Values that must not show. */
  readonly secrets: readonly string[];
}

/** What a status comes to. */
export interface StatusReading {
  readonly code: ErrorCode;
  readonly text: string;
  /** The platform's code for it, where it has one. */
  readonly platformCode?: JsonValue | undefined;
  /** The server itself said that it takes no stream, so that it is no use to begin in another way. */
  readonly isRefusal?: boolean;
  readonly retryable?: boolean;
}

/**
 * Statuses by their number, and what they mean for a whole session: a request that fails is a JSON-RPC error, and ends
 * none. Source: https://grpc.io/docs/guides/status-codes (read 2026-11-23)
 */
const statuses: Readonly<Record<number, readonly [name: string, code: ErrorCode]>> = {
  1: ['CANCELLED', 'transport'],
  2: ['UNKNOWN', 'transport'],
  3: ['INVALID_ARGUMENT', 'transport'],
  4: ['DEADLINE_EXCEEDED', 'timeout'],
  5: ['NOT_FOUND', 'not_found'],
  6: ['ALREADY_EXISTS', 'transport'],
  7: ['PERMISSION_DENIED', 'permission'],
  8: ['RESOURCE_EXHAUSTED', 'rate_limited'],
  9: ['FAILED_PRECONDITION', 'transport'],
  10: ['ABORTED', 'transport'],
  11: ['OUT_OF_RANGE', 'transport'],
  12: ['UNIMPLEMENTED', 'unsupported'],
  13: ['INTERNAL', 'transport'],
  14: ['UNAVAILABLE', 'overloaded'],
  15: ['DATA_LOSS', 'transport'],
  16: ['UNAUTHENTICATED', 'auth'],
};

/** What gRPC itself says of connections that broke, with the status that servers have for their own troubles (`@grpc/grpc-js` 1.14). */
const broken =
  /^(?:Connection dropped|Stream refused|Write (?:error|failed)|Channel closed)|ECONNRESET|ETIMEDOUT|EPIPE/;

/** Says what the end of a stream means. */
export function fromGrpcStatus({ code, details = '', message }: GrpcStatus, stream: EndedStream): StatusReading {
  const { source, wasOpen, tlsError, service, maxMessageBytes, secrets } = stream;
  if (code === undefined) {
    return { code: 'transport', text: `the server broke the rules of gRPC: ${redact(message ?? details, secrets)}` };
  }
  const [name, errorCode] = statuses[code] ?? [`status ${code}`, 'transport'];
  const said = redact(details, secrets);
  if (name === 'UNAVAILABLE' && !wasOpen) return noConnection(details, said, tlsError, source);
  if (code === 0) return { code: 'transport', text: 'the server ended the stream' };
  if (name === 'UNAVAILABLE' && broken.test(details)) {
    return { code: 'transport', text: 'the connection broke off' };
  }
  if (name === 'RESOURCE_EXHAUSTED' && /larger than/i.test(details)) {
    // Both sides say it in the same words.
    return new RegExp(`\\b${maxMessageBytes}\\b`).test(details)
      ? { code: 'transport', text: `the server sent a message of more than ${maxMessageBytes} bytes (maxMessageBytes)` }
      : { code: 'transport', text: `the server takes no message as long as ours: ${said}`, retryable: false };
  }
  const hint = name === 'UNIMPLEMENTED' ? `; it may not have the service ${service} (service)` : '';
  return {
    code: errorCode,
    text: `the server ended the stream with ${name}${said === '' ? '' : `: ${said}`}${hint}`,
    isRefusal: errorCode !== 'transport',
  };
}

function noConnection(details: string, said: string, tlsError: unknown, source: string): StatusReading {
  // gRPC hands on the text of the platform's error, which begins or ends with its code.
  const code =
    /\bE[A-Z]{4,}\b/.exec(details)?.[0] ?? (/Name resolution failed/.test(details) ? 'ENOTFOUND' : undefined);
  const error = tlsError ?? (code === undefined ? undefined : { code });
  if (error === undefined) return { code: 'transport', text: `there is no connection: ${said}` };
  const { message, details: platform } = transportError(error, source);
  return { code: 'transport', text: message.slice(source.length + 2), platformCode: platform?.['platformCode'] };
}
