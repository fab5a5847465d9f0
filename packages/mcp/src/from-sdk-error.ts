import { isTakoError, TakoError, type ErrorCode } from '@tako/core';
import { codeByStatus, redact } from '@tako/core/provider';

import type { McpTransport } from './mcp-transport.js';
import { isRecord } from './server-tool.js';

/** What was being done when the SDK threw. */
export interface Doing {
  /** The name of the session. */
  readonly source: string;
  /** For the message, for example `the call of "read"`. */
  readonly what: string;
  /** The code for an error that the server itself answered with. */
  readonly refusal: ErrorCode;
  readonly transport: McpTransport;
}

/** A tool's own message has to be whole enough for a model to learn from it. */
const maxServerCharacters = 2_000;

/** Anything the SDK throws, as an error of ours. Why the connection ended says more than that it ended. */
export function fromSdkError(error: unknown, doing: Doing): TakoError {
  if (isTakoError(error)) return error;
  const { source, what, refusal, transport } = doing;
  const { code, message, status } = read(error);
  if (typeof code === 'number') {
    const said = message.slice(0, maxServerCharacters);
    return new TakoError(
      refusals.get(code) ?? refusal,
      `${source}: the server answered ${what} with an error: ${said}`,
      {
        source,
        cause: error,
        details: { rpcCode: code },
      },
    );
  }
  if (transport.failure !== undefined) return transport.failure;
  const text = `${source}: ${what} failed: ${redact(message, transport.secrets ?? [])}`;
  return new TakoError(status === undefined ? codeOf(code, message) : codeByStatus(status), text, {
    source,
    // An answer over HTTP holds all that the server said, with whatever it repeats of what it was sent.
    cause: status === undefined ? error : undefined,
    status,
    excerpt: transport.diagnostics,
  });
}

/** JSON-RPC codes that say more than that the server refused. */
const refusals: ReadonlyMap<number, ErrorCode> = new Map([
  [-32_022, 'unsupported'], // UnsupportedProtocolVersionError of revision 2026-07-28
]);

/** SDK errors carry a text as `code`: its `SdkErrorCode` (version 2.4.0). */
function codeOf(code: unknown, message: string): ErrorCode {
  switch (code) {
    case 'REQUEST_TIMEOUT':
      return 'timeout';
    case 'INVALID_RESULT':
    case 'UNSUPPORTED_RESULT_TYPE':
      return 'malformed_response';
    case 'UNAUTHORIZED':
      return 'auth';
    case 'CAPABILITY_NOT_SUPPORTED':
    case 'ERA_NEGOTIATION_FAILED':
    case 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION':
    case 'INPUT_REQUIRED_ROUNDS_EXCEEDED':
      return 'unsupported';
    default:
      // The handshake throws a bare Error for a revision that it does not know.
      return /protocol version/i.test(message) ? 'unsupported' : 'transport';
  }
}

function read(error: unknown): {
  readonly code: unknown;
  readonly message: string;
  readonly status: number | undefined;
} {
  if (!(error instanceof Error)) return { code: undefined, message: String(error), status: undefined };
  const code = 'code' in error ? error.code : undefined;
  // An answer over HTTP that was no success: `SdkHttpError` keeps its status among its data.
  const data: unknown = 'data' in error ? error.data : undefined;
  const status = typeof code === 'string' && isRecord(data) ? data['status'] : undefined;
  // What goes wrong in getting tokens has no code of its own, or one of OAuth's.
  const isAboutTokens = /^(?:Unauthorized|OAuth|IssuerMismatch|InsecureToken|RegistrationRej|AuthorizationServerM)/;
  return {
    code: isAboutTokens.test(error.name) ? 'UNAUTHORIZED' : code,
    message: error.message,
    status: typeof status === 'number' ? status : undefined,
  };
}
