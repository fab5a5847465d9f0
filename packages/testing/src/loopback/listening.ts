import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback. */
export interface Listening {
  readonly port: number;
  /** Breaks off what is open and stops. */
  readonly close: () => Promise<void>;
}

/** Lets `server` listen on a free port of 127.0.0.1. */
export async function listening(server: HttpServer): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A listening TCP server has an AddressInfo; the other forms are for pipes and closed servers.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
