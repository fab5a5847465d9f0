import { isTakoError } from '@tako/core';

import { Refusal } from '../errors/failure.js';
import { forOperator } from '../errors/tellable.js';
import type { ExchangeRecord } from './exchange-record.js';
import { onlyHeader, type RequestHead } from './exchange.js';

/** What is shorter turns up by chance, and would make an error unreadable. */
const shortestSecret = 8;

/** What the client is not told, the operator is; whatever an error quotes, no credential and nothing of the request is in it. */
export function noteDetail(record: ExchangeRecord, head: RequestHead, error: unknown): void {
  if (error instanceof Refusal) {
    record.detail = error.detail; // the client is told the rest
    return;
  }
  const token = onlyHeader(head, 'authorization')?.split(' ').at(-1) ?? '';
  const secrets = token.length < shortestSecret ? [] : [token];
  if (isTakoError(error)) {
    record.detail = forOperator(error.message, secrets, record.request);
    record.usage ??= error.partial?.usage;
  } else {
    record.detail =
      error instanceof Error ? forOperator(wordsOf(error), secrets, record.request) : 'no error was thrown';
  }
}

/** Not everything that is called an error has texts in these places. */
function wordsOf({ name, message }: { readonly name: unknown; readonly message: unknown }): string {
  return `${String(name)}: ${String(message)}`;
}
