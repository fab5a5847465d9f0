import type { ServerResponse } from 'node:http';

import type { WireRequest } from '../conformance/vendor-wire.js';
import { drained } from '../loopback/drained.js';
import { httpServer } from '../loopback/http-server.js';
import type { LoopbackServerOptions } from '../loopback/loopback-server-options.js';
import { answerJson } from '../loopback/loopback-server.js';
import type { UpstreamFault, UpstreamSubject } from './authenticator-under-test.js';

/** What an upstream answers when nothing is wrong. */
export interface UpstreamAnswer {
  /** @defaultValue 200 */
  readonly status?: number | undefined;
  /** Sent as JSON. */
  readonly body: object;
}

/** A server on loopback that can fail in each way that the suite asks for. */
export interface UpstreamServer extends Pick<UpstreamSubject, 'requests' | 'fail'> {
  /** For example `http://127.0.0.1:4711`, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where a redirect leads: the right answer is there, whatever the fault. */
const elsewhere = '/elsewhere';

/** How much longer a huge answer is. */
const hugeBytes = 100 * 1_048_576;

/** Starts a server on a free port of loopback that answers by `answer`, until it is told to fail. */
export async function upstreamServer(
  answer: (request: { readonly method: string; readonly path: string; readonly body: string }) => UpstreamAnswer,
  options: LoopbackServerOptions = {},
): Promise<UpstreamServer> {
  let requests = 0; // counted, not kept: a storm must leave nothing in memory
  let fault: UpstreamFault | undefined;
  const waiting = new Set<() => void>();

  const untilReleased = (): Promise<void> => new Promise((resolve) => waiting.add(resolve));

  async function serve(response: ServerResponse, { method, url: path, body }: WireRequest): Promise<void> {
    requests++;
    const { status = 200, body: right } = answer({ method, path, body });
    if (fault === 'hangs') await untilReleased();
    if (path.startsWith(elsewhere)) return answerJson(response, status, right);
    switch (fault) {
      case undefined:
      case 'hangs':
        return answerJson(response, status, right);
      case 'refused':
        return void response.destroy();
      case 'error':
        return answerJson(response, 500, { error: 'server_error' });
      case 'redirect':
        return void response.writeHead(302, { location: elsewhere + path }).end();
      case 'garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
      case 'lies':
        return answerJson(response, 200, { keys: 'all', active: 'true', data: 'yes', auth: [] });
      case 'stalls':
        return sendHalves(response, status, JSON.stringify(right), untilReleased());
      case 'huge':
        return sendHuge(response, status, JSON.stringify(right));
    }
  }

  const server = await httpServer(serve, options.tls);
  const release = (): void => {
    for (const go of waiting) go();
    waiting.clear();
  };
  return {
    url: server.url,
    requests: () => requests,
    fail(next) {
      fault = next;
      if (next !== 'hangs' && next !== 'stalls') release();
    },
    close() {
      release();
      return server.close();
    },
  };
}

async function sendHalves(response: ServerResponse, status: number, json: string, goOn: Promise<void>): Promise<void> {
  const middle = json.length >> 1;
  response.writeHead(status, { 'content-type': 'application/json' }).write(json.slice(0, middle));
  await goOn;
  response.end(json.slice(middle));
}

/** JSON may have blanks in front: only its length is wrong. */
async function sendHuge(response: ServerResponse, status: number, json: string): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' });
  const blanks = Buffer.alloc(65_536, ' ');
  for (let sent = 0; sent < hugeBytes; sent += blanks.length) {
    if (response.destroyed) return;
    if (!response.write(blanks)) await drained(response);
  }
  response.end(json);
}
