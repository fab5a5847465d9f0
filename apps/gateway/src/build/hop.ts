import { createHash } from 'node:crypto';

import type { HttpTransport } from '@tako/core';

import type { GatewayConfig } from '../config/gateway-config.js';

/**
 * What a gateway's own requests bear: the same for all that serve one config, so that a circle through several of them is seen
 * too. It is made of what stands where, and of no secret: vendors read it.
 */
export function hopIdOf({ providers, models }: GatewayConfig): string {
  const wired = Object.entries(providers).map(([name, provider]) => {
    const { vendor, model, baseUrl }: { vendor: string; model?: unknown; baseUrl?: unknown } = provider;
    return [name, vendor, model, baseUrl];
  });
  return createHash('sha256')
    .update(JSON.stringify([wired, Object.keys(models)]))
    .digest('hex')
    .slice(0, 16);
}

/** A transport whose requests can be known again, should they come back. */
export function marked(transport: HttpTransport, hopId: string): HttpTransport {
  return {
    send: (request) => transport.send({ ...request, headers: { ...request.headers, 'x-tako-hop': hopId } }),
  };
}
