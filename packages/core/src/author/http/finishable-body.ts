import type { Clock } from '../../platform/platform.js';

/** How long the end of a body may take once there is nothing more of interest in it, in milliseconds. */
const graceMs = 50;

/** A body, and a way to read it to its end. */
export interface FinishableBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Reads what is left, from inside a loop over `bytes`. It is over soon, and never throws. */
  readonly readRest: () => Promise<void>;
}

/**
 * A body whose end can be waited for. The vendor's last frame comes before the end of the body, most often just before it;
 * whoever leaves between the two closes the connection, and pays for another one, with its TLS handshake, at the next call.
 *
 * @param hangUp is called when the end does not come in time
 */
export function finishableBody(body: AsyncIterable<Uint8Array>, clock: Clock, hangUp: () => void): FinishableBody {
  const reader = body[Symbol.asyncIterator]();
  const readToEnd = async (): Promise<void> => {
    while ((await reader.next()).done !== true);
  };
  return {
    bytes: { [Symbol.asyncIterator]: () => reader },
    async readRest() {
      const callOff = clock.after(graceMs, hangUp);
      await readToEnd().catch(() => undefined); // the answer is whole already: how its connection ends is nobody's concern
      callOff();
    },
  };
}
