import { afterAll, expect } from 'vitest';

import { serveOpenAI, type LogEntry, type ServeOpenAIOptions, type ServeTarget } from '../../src/index.js';
import { ada, adaToken, hello } from '../serving.js';

/** A server for all faults of a file: what one of them breaks, the next one sees. */
export interface StartedServer {
  readonly url: string;
  readonly log: readonly LogEntry[];
  /** A good request is answered. */
  readonly serves: () => Promise<void>;
}

/** Serves on loopback until the file's tests are over. To be called in `beforeAll`. */
export async function startedServer(target: ServeTarget, options: ServeOpenAIOptions = {}): Promise<StartedServer> {
  const log: LogEntry[] = [];
  const server = await serveOpenAI(target, {
    tokens: [[adaToken, ada]],
    logger: (entry) => log.push(entry),
    ...options,
  });
  afterAll(() => server.close({ drainMs: 0 }));
  return {
    url: server.url,
    log,
    async serves() {
      const answer = await fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(hello),
      });
      expect(answer.status).toBe(200);
    },
  };
}
