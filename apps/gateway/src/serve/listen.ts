import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';

/** Certificate and key as PEM. */
export interface Certificates {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads certificate and key. @throws naming the setting whose file cannot be read or is none */
export async function readCertificates(files: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<Certificates> {
  const read = (setting: 'certFile' | 'keyFile'): Promise<Buffer> =>
    readFile(files[setting]).catch((error: unknown) => {
      throw new Error(`server.tls.${setting}: ${files[setting]} cannot be read`, { cause: error });
    });
  const [cert, key] = await Promise.all([read('certFile'), read('keyFile')]);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error('server.tls: certFile and keyFile are no PEM, or do not belong together', { cause: error });
  }
  return { cert, key };
}

/**
 * Listens.
 *
 * @param remedy what helps where the address is taken
 * @returns the address as clients write it
 * @throws with the address, where it is taken
 */
export async function listen(
  server: Server,
  host: string,
  port: number,
  isTls: boolean,
  remedy: string,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`port ${port} of ${host} is taken; ${remedy}`, { cause: error }) : error);
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const { address, family, port: taken } = server.address() as AddressInfo; // it listens on TCP
  return `${isTls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}
