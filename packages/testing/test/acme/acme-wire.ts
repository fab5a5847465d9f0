import { acmeCorpWire } from '../../../../scripts/templates/provider/test/acme-corp-wire.js';
import type { VendorWire, WireFrame } from '../../src/index.js';

/** Acme's wire as the suite speaks it, in either of the two framings that vendors use. */
export function acmeWire(framing: 'sse' | 'ndjson'): VendorWire {
  const wire = acmeCorpWire();
  return framing === 'sse'
    ? wire
    : {
        ...wire,
        framing,
        streamContentType: 'application/x-ndjson',
        stream: (answer) => wire.stream(answer).map(lineOf),
        unknownFrame: () => lineOf(wire.unknownFrame()),
        keepAlive: () => '\n',
        errorFrame: (message) => lineOf(wire.errorFrame?.(message) ?? ''),
      };
}

/** A frame of an event stream as a line of its own. */
function lineOf(frame: WireFrame): string {
  return `${String(frame)
    .replace(/^data: /, '')
    .trim()}\n`;
}
