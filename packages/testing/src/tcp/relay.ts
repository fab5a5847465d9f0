import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { TcpFaults } from './tcp-faults.js';

/** One connection through the proxy. */
export interface Relay {
  /** Looks at the faults again: a connection on which nothing moves is broken off too. */
  faultsChanged(): void;
  destroy(): void;
}

/** Relays one connection to `target` with the faults of the moment. */
export function relay(
  client: Socket,
  target: { readonly host: string; readonly port: number },
  faults: () => TcpFaults,
): Relay {
  if (faults().blackHole === true) {
    client.on('error', () => undefined).resume();
    return { faultsChanged: () => undefined, destroy: () => client.destroy() };
  }

  const over = new AbortController();
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  let sentBytes = 0;
  let mute = false;

  const destroy = (): void => {
    over.abort();
    client.destroy();
    server.destroy();
  };
  const reset = (): void => {
    over.abort();
    client.resetAndDestroy();
    server.destroy();
  };

  /** Breaks the connection off if it is time. @returns whether nothing more may be sent */
  const breakOff = (): boolean => {
    const end = faults().breakOff;
    if (mute || end === undefined || sentBytes < end.afterBytes) return mute;
    mute = true;
    if (end.how === 'reset') reset();
    else if (end.how === 'half_close') client.end();
    else if (end.how === 'close') client.end(destroy);
    return true;
  };

  const send = (piece: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      client.write(piece, () => resolve()); // also called when the client has gone: its `close` ends the loop
    });

  /** From the target to the client. What comes after the break is read and dropped. */
  const answer = async (): Promise<void> => {
    for await (const data of server) {
      // A socket without encoding gives Buffers.
      for (const piece of piecesOf(data as Uint8Array, sentBytes, faults())) {
        const { latencyMs = 0 } = faults();
        if (latencyMs > 0) await sleep(latencyMs, undefined, { signal: over.signal });
        if (breakOff()) break;
        sentBytes += piece.length;
        await send(piece);
        if (breakOff()) break;
      }
    }
    if (!mute) client.end();
  };

  client.on('error', destroy);
  client.on('close', destroy);
  server.on('error', reset); // the client sees what happened to the target: refused, reset
  client.pipe(server);
  answer().catch(() => undefined); // the sockets' own handlers have seen it
  breakOff();
  return { faultsChanged: () => void breakOff(), destroy };
}

/** Cuts data into pieces of the wanted size, and where the connection is to break off. */
function* piecesOf(data: Uint8Array, sentBytes: number, faults: TcpFaults): Generator<Uint8Array> {
  const { pieceBytes = data.length, breakOff } = faults;
  for (let at = 0; at < data.length;) {
    const leftBytes = (breakOff?.afterBytes ?? Infinity) - sentBytes - at;
    const size = leftBytes > 0 ? Math.min(pieceBytes, leftBytes) : pieceBytes;
    yield data.subarray(at, at + size);
    at += size;
  }
}
