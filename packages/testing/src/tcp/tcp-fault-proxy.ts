import { createServer, type AddressInfo, type Socket } from 'node:net';

import { relay, type Relay } from './relay.js';
import type { TcpFaults } from './tcp-faults.js';

/** What a fault proxy needs. */
export interface TcpFaultProxyOptions {
  /** The server that the proxy stands in front of. */
  readonly target: { readonly host: string; readonly port: number };
  /** @defaultValue none */
  readonly faults?: TcpFaults | undefined;
}

/** A running proxy on loopback. */
export interface TcpFaultProxy extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Takes the place of the faults before. Open connections feel it from their next piece on, `breakOff` at once. */
  setFaults(faults: TcpFaults): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/**
 * A TCP proxy that makes connections fail in the ways that networks do, for tests of transports, providers and stores.
 * It listens on a free port of 127.0.0.1.
 */
export async function tcpFaultProxy(options: TcpFaultProxyOptions): Promise<TcpFaultProxy> {
  const { target } = options;
  let { faults = {} } = options;
  let connections = 0;
  const relays = new Set<Relay>();

  const accept = (client: Socket): void => {
    connections++;
    const opened = relay(client, target, () => faults);
    relays.add(opened);
    client.once('close', () => relays.delete(opened));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A listening TCP server has an AddressInfo; the other forms are for pipes and closed servers.
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const open of relays) open.destroy();
    await closed;
  };

  return {
    host: '127.0.0.1',
    port,
    get connections() {
      return connections;
    },
    get open() {
      return relays.size;
    },
    setFaults(next) {
      faults = next;
      for (const open of relays) open.faultsChanged();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
