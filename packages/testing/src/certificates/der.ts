/** Tags of ASN.1 that certificates are made of: X.680, section 8, and RFC 5280, section 4.1. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value in DER: X.690, section 8.1. */
export function der(type: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(type, length), content]);
  const bytes = Buffer.from(length.toString(16).padStart(length < 0x1_00 ? 2 : 4, '0'), 'hex'); // no more than 65 535
  return Buffer.concat([Uint8Array.of(type, 0x80 + bytes.length), bytes, content]);
}

/** Values in their order. */
export function sequence(...values: readonly Uint8Array[]): Buffer {
  return der(tag.sequence, ...values);
}

/** A value under a number of its own: `[0]`, made of other values unless `isPlain`. */
export function numbered(number: number, isPlain: boolean, ...contents: readonly Uint8Array[]): Buffer {
  return der((isPlain ? 0x80 : 0xa0) + number, ...contents);
}

/** An object identifier, from its encoding in hexadecimal digits. */
export function oid(hex: string): Buffer {
  return der(tag.objectIdentifier, Buffer.from(hex, 'hex'));
}

/** A point in time, to the second, in the form of RFC 5280, section 4.1.2.5: two digits for a year before 2050. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\.\d+|[^\dZ]/g, '');
  return at.getUTCFullYear() < 2_050
    ? der(tag.utcTime, Buffer.from(digits.slice(2)))
    : der(tag.generalizedTime, Buffer.from(digits));
}
