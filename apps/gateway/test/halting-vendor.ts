import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A vendor whose streams say one word and stand still, until they are let go. */
export interface HaltingVendor {
  readonly url: string;
  /** Resolves when so many streams stand still. */
  asked(count: number): Promise<void>;
  /** Ends the streams that stand still, as they should. */
  letGo(): void;
  close(): Promise<void>;
}

export async function haltingVendor(): Promise<HaltingVendor> {
  const held = new Set<ServerResponse>();
  const waiting = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk('before '));
    held.add(response);
    response.on('close', () => held.delete(response));
    for (const look of waiting) look();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (held.size < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    letGo() {
      for (const response of held) response.end(`${chunk('after', 'stop')}data: [DONE]\n\n`);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function chunk(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}
