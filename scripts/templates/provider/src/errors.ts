import { TakoError, type ErrorCode } from '@tako/core';
import { statusError, type FailedAnswer } from '@tako/core/provider';

/**
 * The error for an answer that is no success. `statusError` reads the status, the usual headers and the usual bodies; what
 * the vendor tells by words of its own is read here.
 *
 * Source: https://docs.acme-corp.example/errors (read on …).
 */
export function acmeCorpError(answer: FailedAnswer): TakoError {
  const error = statusError(answer);
  const code = codeOf(answer.body);
  if (code === undefined) return error;
  const { message, excerpt, status, retryAfterMs, requestId, source } = error;
  return new TakoError(code, message, { excerpt, status, retryAfterMs, requestId, source });
}

function codeOf(body: string): ErrorCode | undefined {
  switch (vendorCode(body)) {
    case 'prompt_too_long': // a 400
      return 'context_overflow';
    case 'withheld': // a 400
      return 'content_filtered';
    case 'no_such_model': // a 400
      return 'not_found';
    default:
      return undefined; // the status says enough
  }
}

/** The code of `{ error: { code, message } }`. */
function vendorCode(body: string): unknown {
  try {
    const { error }: { error?: unknown } = Object(JSON.parse(body));
    const { code }: { code?: unknown } = Object(error);
    return code;
  } catch {
    return undefined; // a page of a proxy, or nothing
  }
}
