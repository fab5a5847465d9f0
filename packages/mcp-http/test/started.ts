import { onTestFinished } from 'vitest';

import { McpHttp, type McpHttpOptions } from '../src/index.js';
import { HttpServer, type Behaviour } from './http-server.js';

/** What a test works with. */
interface Started {
  readonly server: HttpServer;
  readonly client: McpHttp;
}

/** A server that behaves as told, and a client of it; both end with the test. */
export async function started(behaviour?: Behaviour, options: Partial<McpHttpOptions> = {}): Promise<Started> {
  const server = new HttpServer(behaviour);
  const client = new McpHttp({ url: await server.listen(), name: 'docs', ...options });
  onTestFinished(() => client.close());
  return { server, client };
}

/** Behaves so in calls of tools, and well otherwise. */
export const inCall =
  (act: Behaviour): Behaviour =>
  (seen, response, server) =>
    seen.body?.method === 'tools/call' ? act(seen, response, server) : false;
