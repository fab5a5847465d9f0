import type { Readable } from 'node:stream';

/** The bytes of a body, as long as there are not more than `maxBytes`; else `undefined`, and the rest is not read. */
export function readBytes(source: Readable, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const settle = (outcome: () => void): void => {
      source.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      source.pause();
      settle(() => {
        resolve(undefined);
      });
    };
    const onEnd = (): void => {
      const [only] = chunks;
      settle(() => {
        resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
      });
    };
    const onError = (error: Error): void => {
      settle(() => {
        reject(error);
      });
    };
    const onClose = (): void => {
      onError(new Error('the connection was closed before the body was whole'));
    };
    const onAbort = (): void => {
      settle(() => {
        reject(signal.reason);
      });
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    source.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}
