import { crc32 } from 'node:zlib';

/**
 * One frame of an event stream with string headers: two lengths and their checksum, headers, payload, checksum.
 *
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html (read 2026-11-23).
 */
export function frame(headers: { readonly [name: string]: string }, payload: Uint8Array): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const whole = Buffer.alloc(12 + head.length + payload.length + 4);
  whole.writeUInt32BE(whole.length, 0);
  whole.writeUInt32BE(head.length, 4);
  whole.writeUInt32BE(crc32(whole.subarray(0, 8)), 8);
  whole.set(head, 12);
  whole.set(payload, 12 + head.length);
  whole.writeUInt32BE(crc32(whole.subarray(0, whole.length - 4)), whole.length - 4);
  return whole;
}

/** An event with a JSON payload. Bedrock pads payloads in a field `p`, so that their lengths tell nothing. */
export function event(type: string, payload: object): Uint8Array {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return frame(headers, Buffer.from(JSON.stringify({ ...payload, p: 'abcdefghij' })));
}

/** An exception of the service's, in place of an event. */
export function exception(type: string, payload: object): Uint8Array {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return frame(headers, Buffer.from(JSON.stringify(payload)));
}

/** An error that the service does not model. */
export function unmodeledError(code: string, message: string): Uint8Array {
  return frame({ ':error-code': code, ':error-message': message, ':message-type': 'error' }, new Uint8Array());
}

/** A header of type 7, a string. */
function header(name: string, value: string): Uint8Array {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const head = Buffer.alloc(1 + nameBytes.length + 3);
  head.writeUInt8(nameBytes.length, 0);
  head.set(nameBytes, 1);
  head.writeUInt8(7, 1 + nameBytes.length);
  head.writeUInt16BE(valueBytes.length, 2 + nameBytes.length);
  return Buffer.concat([head, valueBytes]);
}
