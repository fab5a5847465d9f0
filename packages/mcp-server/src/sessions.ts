import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpHandlerRequestOptions,
  type Server,
} from '@modelcontextprotocol/server';
import type { Clock, Principal } from '@tako/core';

import { rpcRefusal } from './request-gate.js';

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly owner: string;
  /** Requests that are being answered. */
  busy: number;
  callOff: () => void;
}

/** What bounds sessions. */
export interface SessionLimits {
  readonly maxSessions: number;
  readonly idleMs: number;
  readonly maxBodyBytes: number;
  readonly clock: Clock;
}

/** The sessions of clients that speak a revision up to 2025-11-25. Each belongs to the principal that opened it. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #makeServer: () => Server;
  readonly #limits: SessionLimits;
  #opening = 0;

  constructor(makeServer: () => Server, limits: SessionLimits) {
    this.#makeServer = makeServer;
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  async fetch(request: Request, principal: Principal, options: McpHandlerRequestOptions): Promise<Response> {
    const owner = JSON.stringify([principal.tenantId, principal.userId]);
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessions.get(id);
      // Somebody else's session is as good as none: who guesses an id learns nothing.
      if (session?.owner !== owner) return rpcRefusal(404, -32_001, 'there is no such session');
      return this.#served(id, session, request, options);
    }
    const { parsedBody } = options;
    if (request.method !== 'POST' || !isInitializeRequest(parsedBody))
      return rpcRefusal(400, -32_000, 'a session begins with initialize');
    if (this.#sessions.size + this.#opening >= this.#limits.maxSessions)
      return rpcRefusal(503, -32_000, 'too many sessions');
    this.#opening++;
    try {
      return await this.#opened(owner, request, options);
    } finally {
      this.#opening--;
    }
  }

  async #opened(owner: string, request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      maxRequestBodySize: this.#limits.maxBodyBytes,
      onsessioninitialized: (id) => {
        const session: Session = { transport, owner, busy: 0, callOff: () => undefined };
        this.#sessions.set(id, session);
        this.#rest(id, session);
      },
    });
    await this.#makeServer().connect(transport);
    const onclose = transport.onclose;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transports are no event targets
    transport.onclose = () => {
      onclose?.();
      if (transport.sessionId !== undefined) this.#forget(transport.sessionId);
    };
    const response = await transport.handleRequest(request, options);
    if (transport.sessionId === undefined) await transport.close(); // it was refused
    return response;
  }

  async #served(id: string, session: Session, request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    session.callOff();
    session.busy++;
    try {
      return await session.transport.handleRequest(request, options);
    } finally {
      session.busy--;
      if (this.#sessions.has(id)) this.#rest(id, session);
    }
  }

  /** Ends a session that nobody uses. */
  #rest(id: string, session: Session): void {
    session.callOff();
    session.callOff = this.#limits.clock.after(this.#limits.idleMs, () => {
      if (session.busy > 0) return;
      this.#forget(id);
      session.transport.close().catch(() => undefined); // it is forgotten either way
    });
  }

  #forget(id: string): void {
    this.#sessions.get(id)?.callOff();
    this.#sessions.delete(id);
  }

  async close(): Promise<void> {
    const all = [...this.#sessions.values()];
    await Promise.allSettled(all.map(({ transport }) => transport.close()));
    for (const { callOff } of all) callOff();
    this.#sessions.clear();
  }
}
