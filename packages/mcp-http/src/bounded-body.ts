const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * An answer whose body breaks off with an error once a message in it is too long: all of it, or one event where it is a
 * stream of them. It is the same answer otherwise.
 */
export function boundedBody(response: Response, maxBytes: number, tooLong: () => Error): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  const isEvents = /^\s*text\/event-stream\b/i.test(headers.get('content-type') ?? '');
  let heldBytes = 0;
  let isLineEmpty = false;
  let last: number | undefined;
  /** Counts the bytes of the message that is under way. An empty line ends an event; lines end with CR, LF or both. */
  const count = (chunk: Uint8Array): boolean => {
    if (!isEvents) {
      heldBytes += chunk.length;
      return heldBytes <= maxBytes;
    }
    for (const byte of chunk) {
      const isPair = byte === lineFeed && last === carriageReturn;
      last = byte;
      heldBytes++;
      if (isPair) continue;
      if (byte === lineFeed || byte === carriageReturn) {
        if (isLineEmpty) heldBytes = 0;
        isLineEmpty = true;
      } else {
        isLineEmpty = false;
        if (heldBytes > maxBytes) return false;
      }
    }
    return true;
  };
  const bounded = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (count(chunk)) controller.enqueue(chunk);
        else controller.error(tooLong());
      },
    }),
  );
  return new Response(bounded, { status, statusText, headers });
}
