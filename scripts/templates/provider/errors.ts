import type { HttpResponse, TakoError } from '@tako/core';
import { readText, statusError, type ChatRequest } from '@tako/core/provider';

/** What there is to know about a call that failed. */
export interface FailedCall {
  /** The provider's id. */
  readonly source: string;
  readonly request: ChatRequest;
  /** The key that was used: it must not show. */
  readonly key: string;
  readonly nowMs: number;
}

/** The error for an answer that is not a success, with a bounded and redacted excerpt of what the vendor said. */
export async function acmeCorpError(answer: HttpResponse, failed: FailedCall): Promise<TakoError> {
  const { source, request, key, nowMs } = failed;
  const { status, headers } = answer;
  return statusError({ source, status, headers, body: await readText(answer.body), request, secrets: [key], nowMs });
}
