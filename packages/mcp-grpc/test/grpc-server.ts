import { Server, ServerCredentials, type Metadata, type ServerDuplexStream, type ServerOptions } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';

import {
  services,
  sessionService,
  textOfFrame,
  type Frame,
  type Outgoing,
  type ServiceName,
} from './session-service.js';

/** A message as it stands on the wire. */
export interface Rpc {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: unknown;
}

/** A client's session, as the server has it. */
export interface Session {
  readonly stream: ServerDuplexStream<Frame, Outgoing>;
  /** Sends a JSON-RPC message. */
  readonly send: (message: object) => true;
  /** Sends a text that may be no message. */
  readonly sendText: (text: string) => void;
  /** Ends the stream with a status. */
  readonly end: (code: number, details?: string) => true;
}

/** Answers a message itself, or leaves it (`false`) to what a well-behaved server does. */
export type Behaviour = (message: Rpc, session: Session, server: GrpcServer) => boolean;

/** What a server is started with. */
export interface GrpcServerOptions {
  readonly service?: ServiceName;
  readonly behaviour?: Behaviour;
  /** Called for each stream; one that it takes (`true`) is its own. */
  readonly onStream?: (session: Session) => boolean;
  readonly credentials?: ServerCredentials;
  readonly options?: ServerOptions;
}

/** An MCP server over gRPC that behaves as it is told. */
export class GrpcServer {
  readonly #server: Server;
  readonly #credentials: ServerCredentials | undefined;
  #port = 0;
  /** What the client sent, in order, on all streams. */
  readonly seen: Rpc[] = [];
  /** The metadata of each stream. */
  readonly opened: Metadata[] = [];
  /** The streams that are open. */
  readonly sessions = new Set<Session>();

  constructor({ service = 'mcp.transport.v1', behaviour, onStream, credentials, options }: GrpcServerOptions = {}) {
    this.#credentials = credentials;
    this.#server = new Server(options);
    this.#server.addService(sessionService(service), {
      session: (stream: ServerDuplexStream<Frame, Outgoing>) => {
        const session = sessionOf(stream, service);
        this.opened.push(stream.metadata);
        this.sessions.add(session);
        stream.on('error', () => undefined);
        for (const event of ['close', 'cancelled', 'end']) stream.on(event, () => this.sessions.delete(session));
        stream.on('end', () => stream.end());
        if (onStream?.(session) === true) return;
        stream.on('data', (frame: Frame) => {
          const message = JSON.parse(textOfFrame(frame)) as Rpc; // our own client sends nothing else
          this.seen.push(message);
          if (behaviour?.(message, session, this) !== true) answer(session, message);
        });
      },
    });
  }

  /** Listens on a free port, or on the one given, until the test is over. */
  async listen(port = 0): Promise<string> {
    const credentials = this.#credentials ?? ServerCredentials.createInsecure();
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    onTestFinished(() => this.stop());
    return this.url;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#credentials === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  /** The names of the methods that were called, notifications included. */
  get methods(): readonly (string | undefined)[] {
    return this.seen.map(({ method }) => method);
  }

  /** Sends GOAWAY, takes no more streams, and ends when those that are open have ended. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
  }

  /** Breaks every connection, and takes no more. */
  stop(): void {
    this.#server.forceShutdown();
  }
}

function sessionOf(stream: ServerDuplexStream<Frame, Outgoing>, service: ServiceName): Session {
  const sendText = (text: string): void => void stream.write({ [services[service].field]: text });
  return {
    stream,
    sendText,
    send: (message) => {
      sendText(JSON.stringify({ jsonrpc: '2.0', ...message }));
      return true;
    },
    end: (code, details = '') => {
      stream.emit('error', { code, details });
      return true;
    },
  };
}

/** A tool's answer. */
export function textResult(text: string): object {
  return { content: [{ type: 'text', text }] };
}

function answer({ send }: Session, { id, method, params }: Rpc): void {
  if (id === undefined || method === undefined) return;
  switch (method) {
    case 'initialize':
      send({
        id,
        result: {
          protocolVersion: '2025-11-25',
          capabilities: { tools: { listChanged: true } },
          serverInfo: { name: 'scripted', version: '1' },
        },
      });
      break;
    case 'tools/list':
      send({ id, result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] } });
      break;
    case 'tools/call':
      send({ id, result: textResult(JSON.stringify(params?.['arguments'])) });
      break;
    default:
      send({ id, error: { code: -32_601, message: 'Method not found' } });
  }
}
