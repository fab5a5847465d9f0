import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import type { VendorWire, WireAnswer, WireFrame } from '../vendor-wire.js';
import { inOneWrite, toBytes, type Chunking } from './chunking.js';
import type { Exchange, VendorScript } from './mock-vendor.js';

/** The id that every mock answer carries. */
export const requestId = 'request-4711';

/** How a streamed body goes on after the frames it was given. */
export type Ending = 'end' | 'hang' | 'cut' | 'reset';

/** Answers with a whole streamed answer. */
export function streamed(wire: VendorWire, answer: WireAnswer, chunking: Chunking = inOneWrite): VendorScript {
  return streamedFrames(wire, wire.stream(answer), 'end', chunking);
}

/** Answers with some frames, and then ends so. */
export function streamedFrames(
  wire: VendorWire,
  frames: readonly WireFrame[],
  ending: Ending,
  chunking: Chunking = inOneWrite,
): VendorScript {
  return async (exchange) => {
    streamHead(wire, exchange);
    for (const bytes of chunking(frames)) {
      await exchange.write(bytes);
      await nextTurn(); // the client reads what there is: without a turn for it, pieces would be joined again
    }
    if (ending !== 'hang') exchange[ending]();
  };
}

/** How long a script goes on that a time limit should end, in milliseconds: a provider without one fails sooner so. */
const patienceMs = 2_500;

/** Answers with some frames and then sends one of `more` every `everyMs` milliseconds, round and round. */
export function dripping(
  wire: VendorWire,
  frames: readonly WireFrame[],
  more: readonly WireFrame[],
  everyMs: number,
): VendorScript {
  return async (exchange) => {
    streamHead(wire, exchange);
    for (const frame of frames) await exchange.write(toBytes(frame));
    for (let at = 0; exchange.open && at * everyMs < patienceMs; at++) {
      await sleep(everyMs);
      const frame = more[at % Math.max(1, more.length)];
      if (frame !== undefined) await exchange.write(toBytes(frame));
    }
    exchange.cut();
  };
}

/** Answers when it is too late for everybody. */
export function late(wire: VendorWire): VendorScript {
  return async (exchange) => {
    await Promise.race([exchange.closed, sleep(patienceMs, undefined, { ref: false })]);
    if (exchange.open) await refused(wire, 500)(exchange);
  };
}

/** Answers with a body that is there at once. */
export function answered(
  wire: VendorWire,
  status: number,
  contentType: string,
  body: string,
  headers: { readonly [name: string]: string } = {},
): VendorScript {
  return async (exchange) => {
    exchange.head(status, { 'content-type': contentType, [requestIdHeader(wire)]: requestId, ...headers });
    await exchange.write(toBytes(body));
    exchange.end();
  };
}

/** Answers with an error in the vendor's form. */
export function refused(
  wire: VendorWire,
  status: number,
  message = 'The vendor says no.',
  headers: { readonly [name: string]: string } = {},
): VendorScript {
  return answered(wire, status, 'application/json', wire.errorBody(status, message), headers);
}

/** Never answers. */
export const silent: VendorScript = () => undefined;

/** Begins a streamed answer. */
export function streamHead(wire: VendorWire, exchange: Exchange): void {
  exchange.head(200, { 'content-type': wire.streamContentType, [requestIdHeader(wire)]: requestId });
}

function requestIdHeader({ requestIdHeader: name = 'x-request-id' }: VendorWire): string {
  return name;
}
