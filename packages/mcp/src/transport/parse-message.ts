import type { JSONRPCMessage } from '@modelcontextprotocol/client';

import { isRecord } from '../server-tool.js';

/**
 * A text from the wire as a JSON-RPC message; `undefined` where it is none. The SDK looks at the rest of its shape.
 *
 * An answer that is neither a result nor an error becomes an error: the SDK would skip it, and its request wait for ever.
 */
export function parseMessage(text: string): JSONRPCMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // a line of a log, for instance
  }
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return undefined;
  const { id, method, result, error } = value;
  if (method === undefined && (typeof id === 'number' || typeof id === 'string') && !isRecord(result)) {
    const isError = isRecord(error) && Number.isSafeInteger(error['code']) && typeof error['message'] === 'string';
    if (!isError) return { jsonrpc: '2.0', id, error: { code: -32_603, message: 'its answer is no result' } };
  }
  return value as unknown as JSONRPCMessage; // as far as we looked; see above
}
