import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the vendor answers one request. */
export type Answer = (response: ServerResponse) => void;

/** A mock vendor on loopback that speaks OpenAI's chat completions. */
export interface Vendor extends AsyncDisposable {
  readonly port: number;
  /** Requests that arrived so far. */
  readonly requests: number;
}

/** Starts a vendor that gives these answers in turn, and the last one again and again. */
export async function startVendor(answers: readonly Answer[]): Promise<Vendor> {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const answer = answers[Math.min(requests++, answers.length - 1)];
      answer?.(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    port,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function frame(choice: object, more: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, ...choice }], ...more })}\n\n`;
}

const beginning = frame({ delta: { content: 'Hel' } });
const usage = { usage: { prompt_tokens: 10, completion_tokens: 2 } };
const rest =
  frame({ delta: { content: 'lo' } }) + frame({ delta: {}, finish_reason: 'stop' }, usage) + 'data: [DONE]\n\n';

/** `Hello`, streamed; 10 tokens in, 2 out. */
export const hello: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning);
  response.end(rest);
};

/** `Hel`, half of the next frame, and then nothing more. The connection stays open. */
export const half: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning + rest.slice(0, 20));
};

/** Nothing at all. The connection stays open. */
export const silence: Answer = () => undefined;

/** Headers, keep-alive comments, and no event. */
export const onlyComments: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write(': keep-alive\n\n'), 10);
  response.once('close', () => clearInterval(timer));
};

/** `Hel`, and then an error in place of the rest. */
export const failsHalfway: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(beginning);
  response.end('data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n');
};

/** A page of a proxy where an event stream should be. */
export const garbage: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: <html>502 Bad Gateway</html>\n\n');
};

/** An answer that is no success. */
export function failure(status: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'no', type: 'test' } }));
  };
}
