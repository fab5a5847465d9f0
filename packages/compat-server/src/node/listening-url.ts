import type { Server } from 'node:http';

import { invalidOptions } from '@tako/core';

/** Where a server listens, for example `http://127.0.0.1:8080`. @throws `invalid` for one that listens on no port */
export function listeningUrl(server: Server, scheme: 'http' | 'https'): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw invalidOptions('serveOpenAI', 'host must be an address');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${scheme}://${host}:${address.port}`;
}
