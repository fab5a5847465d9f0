import * as http from 'node:http';
import * as https from 'node:https';

import { answerTimeoutMs, settled, type OtlpSender, type Sent } from './otlp-sender.js';
import type { OtlpTarget } from './otlp-target.js';

/** What a collector may say before it takes the same request. Source: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes (read 2026-11-24). */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** OTLP over HTTP, protobuf. Through no proxy, whatever the environment says, and following no redirect. */
export function sender({ endpoint, headers }: OtlpTarget): OtlpSender {
  const { Agent, request } = endpoint.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const post = (path: string) => {
    const url = new URL(`${endpoint}${path}`);
    const send = (body: Uint8Array): Promise<Sent> =>
      new Promise((resolve) => {
        const failed = (error: Error): void => resolve({ outcome: 'again', reason: error.message });
        const signal = AbortSignal.timeout(answerTimeoutMs);
        const sent = { ...headers, 'content-type': 'application/x-protobuf', 'content-length': body.length };
        request(url, { method: 'POST', headers: sent, agent, signal }, (response) => {
          response
            .resume()
            .on('error', failed)
            .on('end', () => resolve(outcome(response)));
        })
          .on('error', failed)
          .end(body);
      });
    return settled(send);
  };
  return { traces: post('/v1/traces'), metrics: post('/v1/metrics'), close: () => agent.destroy() };
}

function outcome({ statusCode = 0, headers }: http.IncomingMessage): Sent {
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'taken' };
  const reason = `status ${statusCode}`;
  if (!retryable.has(statusCode)) return { outcome: 'refused', reason };
  const seconds = Number(headers['retry-after']);
  return { outcome: 'again', reason, afterMs: seconds > 0 ? seconds * 1_000 : undefined };
}
