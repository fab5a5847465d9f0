import { isTakoError, type Authenticator, type AuthRequest, type Principal } from '@tako/core';

/** Finds out who sent a request, by any part of it. @throws as `Authenticator.authenticate` does. */
export type AuthenticateRequest = (
  request: AuthRequest,
  options: { readonly signal: AbortSignal },
) => Promise<Principal> | Principal;

/** Who may come in. */
export interface GateOptions {
  readonly auth: Authenticator | AuthenticateRequest | 'none';
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly resourceMetadataUrl: string | undefined;
}

/** A bare answer. */
export function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers });
}

/** An answer that a JSON-RPC client can read. */
export function rpcRefusal(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });
}

/**
 * Whether the request was meant for this server. A web page whose name was made to point here still sends its own host
 * and origin: that is how it is told from a client.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning (read 2026-11-23)
 */
export function foreign(request: Request, { allowedHosts, allowedOrigins }: GateOptions): Response | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (!allowedHosts.includes('*') && !allowedHosts.includes(hostnameOf(`http://${host}`)))
    return rpcRefusal(403, -32_000, 'the Host header is not one of this server');
  const origin = request.headers.get('origin');
  if (origin === null || allowedOrigins.includes(origin) || allowedHosts.includes(hostnameOf(origin))) return undefined;
  return rpcRefusal(403, -32_000, 'the Origin header is not one that may call this server');
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '';
}

/** Who is calling, or the answer that tells them no more than they must know. */
export async function identified(
  request: Request,
  options: GateOptions,
  anonymous: Principal,
): Promise<Principal | Response> {
  const { auth } = options;
  if (auth === 'none') return anonymous;
  const asked: AuthRequest = { method: request.method, url: request.url, headers: Object.fromEntries(request.headers) };
  try {
    if (typeof auth === 'function') return await auth(asked, { signal: request.signal });
    const [, scheme, token] = /^([\w-]+) +(\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    if (scheme === undefined || token === undefined) return challenge(options);
    return await auth.authenticate({ token, scheme: scheme.toLowerCase(), request: asked }, { signal: request.signal });
  } catch (error) {
    if (isTakoError(error, 'auth')) return challenge(options);
    if (isTakoError(error, 'permission')) return refusal(403);
    // An identity provider that is down is no reason to call its tokens bad.
    return refusal(503, { 'retry-after': '5' });
  }
}

function challenge({ resourceMetadataUrl }: GateOptions): Response {
  const where = resourceMetadataUrl === undefined ? '' : ` resource_metadata="${resourceMetadataUrl}"`;
  return refusal(401, { 'www-authenticate': `Bearer${where}` });
}
