import { malformedAnswer } from '../../error/make-error.js';
import type { Clock } from '../../platform/platform.js';

/** How long the end of a body may take once there is nothing more of interest in it, in milliseconds. */
const graceMs = 50;
/** The longest answer that is read, 64 MiB: a vendor gone wild must not fill the memory. */
const maxBytes = 2 ** 26;

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
 * `bytes` throws `malformed_response` after 64 MiB.
 *
 * @param hangUp is called when the end does not come in time
 */
export function finishableBody(
  body: AsyncIterable<Uint8Array>,
  source: string,
  clock: Clock,
  hangUp: () => void,
): FinishableBody {
  const reader = body[Symbol.asyncIterator]();
  let size = 0;
  const bytes: AsyncIterableIterator<Uint8Array> = {
    async next() {
      const read = await reader.next();
      if (read.done !== true && (size += read.value.length) > maxBytes)
        throw malformedAnswer(source, 'the answer is too long');
      return read;
    },
    return: async () => reader.return?.() ?? { done: true, value: undefined },
    [Symbol.asyncIterator]: () => bytes,
  };
  return {
    bytes,
    async readRest() {
      const callOff = clock.after(graceMs, hangUp);
      try {
        while ((await reader.next()).done !== true);
      } catch {
        // The answer is whole already: how its connection ends is nobody's concern.
      }
      callOff();
    },
  };
}
