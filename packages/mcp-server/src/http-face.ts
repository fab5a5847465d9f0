import { createServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from 'node:http';
import { isIPv4, type AddressInfo } from 'node:net';

import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  type AuthInfo,
  type Server,
} from '@modelcontextprotocol/server';
import { anonymous, invalidOptions, type Authenticator, type Clock, type Principal } from '@tako/core';

import { nodeHandler } from './node-handler.js';
import { jsonOf } from './request-body.js';
import {
  foreign,
  identified,
  refusal,
  rpcRefusal,
  type AuthenticateRequest,
  type GateOptions,
} from './request-gate.js';
import { Sessions } from './sessions.js';

/** What `ServedMcp.http` takes. */
export interface McpServerHttpOptions {
  /** Who may call: a core `Authenticator`, a function of the request, or `'none'` for everybody who reaches the server. */
  readonly auth: Authenticator | AuthenticateRequest | 'none';
  /** Names that a request may be sent to; `*` for any. @defaultValue those of the loopback interface */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Origins of web pages that may call, besides those of `allowedHosts`, for example `https://app.example`. @defaultValue none */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Where a client learns how to sign in (RFC 9728). It stands in `WWW-Authenticate`. */
  readonly resourceMetadataUrl?: string | undefined;
  /** Largest request. @defaultValue 4 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** How long a body may take. @defaultValue 30000 */
  readonly bodyTimeoutMs?: number | undefined;
  /** `false` to keep no state between requests, for several replicas behind one address. @defaultValue true */
  readonly sessions?: boolean | undefined;
  /** Most sessions at a time. @defaultValue 1000 */
  readonly maxSessions?: number | undefined;
  /** How long a session lives that nobody uses. @defaultValue 30 minutes */
  readonly sessionIdleMs?: number | undefined;
}

/** Where a listener listens. */
export interface ListenOptions {
  /** @defaultValue 0, any that is free */
  readonly port?: number | undefined;
  /** Anything but a loopback address needs `auth`, and the server's name in `allowedHosts`. @defaultValue 127.0.0.1 */
  readonly host?: string | undefined;
}

/** MCP over Streamable HTTP, in whatever shape the server around it wants. */
export interface McpHttpFace {
  /** For web-standard servers. It can be passed around without its object. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** For `node:http`, and whatever is made of it. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Starts a server of its own. @throws `invalid` for an address beyond loopback without `auth`. */
  readonly listen: (options?: ListenOptions) => Promise<{ readonly url: string }>;
  readonly close: () => Promise<void>;
}

/** What the face stands in front of. */
export interface Behind {
  readonly makeServer: () => Server;
  readonly isClosing: () => boolean;
  readonly clock: Clock;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** @throws `invalid` for wrong options. */
export function httpFace({ makeServer, isClosing, clock }: Behind, options: McpServerHttpOptions): McpHttpFace {
  const {
    auth,
    allowedHosts = loopback,
    allowedOrigins = [],
    resourceMetadataUrl,
    sessions: keepsSessions = true,
  } = options;
  const {
    maxBodyBytes = 4 * 1024 * 1024,
    bodyTimeoutMs = 30_000,
    maxSessions = 1_000,
    sessionIdleMs = 1_800_000,
  } = options;
  for (const [name, value] of Object.entries({ maxBodyBytes, bodyTimeoutMs, maxSessions, sessionIdleMs })) {
    if (!(value >= 1)) throw invalidOptions('serveMcp', `${name} must be at least 1, got ${value}`);
  }
  const gate: GateOptions = { auth, allowedHosts, allowedOrigins, resourceMetadataUrl };
  const limits = { maxSessions, idleMs: sessionIdleMs, maxBodyBytes, clock };
  const sessions = new Sessions(makeServer, limits);
  const modern = createMcpHandler(makeServer, {
    legacy: keepsSessions ? 'reject' : 'stateless',
    maxRequestBodySize: maxBodyBytes,
  });
  const listeners = new Set<NodeServer>();

  const fetch = async (request: Request): Promise<Response> => {
    if (isClosing()) return refusal(503, { 'retry-after': '5' });
    const refused = foreign(request, gate);
    if (refused !== undefined) return refused;
    const principal = await identified(request, gate, anonymous);
    if (principal instanceof Response) return principal;
    const authInfo = authInfoOf(principal);
    if (request.method !== 'POST') return dispatch(request, principal, { authInfo });
    if (!isJsonContentType(request.headers.get('content-type')))
      return rpcRefusal(415, -32_000, 'the Content-Type must be application/json');
    const body = await jsonOf(request, { maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs, clock });
    if (body instanceof Response) return body;
    return dispatch(request, principal, { authInfo, parsedBody: body.value });
  };

  const dispatch = async (
    request: Request,
    principal: Principal,
    given: { readonly authInfo: AuthInfo; readonly parsedBody?: unknown },
  ): Promise<Response> => {
    const isLegacy = keepsSessions && (await isLegacyRequest(request, given.parsedBody));
    return isLegacy ? sessions.fetch(request, principal, given) : modern.fetch(request, given);
  };

  const handler = nodeHandler(fetch);

  return {
    fetch,
    handler,
    listen: async ({ port = 0, host = '127.0.0.1' } = {}) => {
      const isLoopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
      if (!isLoopback && auth === 'none')
        throw invalidOptions('serveMcp', `without auth it listens on loopback alone, not on ${host}`);
      const server = createServer({ headersTimeout: 10_000, requestTimeout: bodyTimeoutMs + 10_000 }, handler);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
      });
      listeners.add(server);
      const address = server.address() as AddressInfo; // it listens on a port
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/mcp` };
    },
    close: async () => {
      await Promise.allSettled([modern.close(), sessions.close()]);
      await Promise.all([...listeners].map(stopped));
    },
  };
}

/** The SDK carries this to the handlers, and nowhere else. No token is in it. */
function authInfoOf(principal: Principal): AuthInfo {
  return { token: '', clientId: principal.userId, scopes: [...principal.roles], extra: { principal } };
}

function stopped(server: NodeServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
