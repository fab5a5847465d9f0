const named: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };
const entities: { readonly [entity: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * A text as it stands, and as what it may stand for: the escapes of JSON and JavaScript resolved (twice, for JSON inside JSON), URL
 * encoding, the entities of HTML, hexadecimal digits in pairs.
 */
export function readings(text: string): ReadonlySet<string> {
  const found = new Set([text]);
  for (const read of [unescaped, unescaped, urlDecoded, withoutEntities]) {
    for (const reading of Array.from(found, read)) found.add(reading);
  }
  found.add(joinedPairs(text.toLowerCase()));
  return found;
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi, (_, four?: string, two?: string, one = '') => {
    const code = four ?? two;
    return code === undefined ? (named[String(one)] ?? String(one)) : String.fromCharCode(Number.parseInt(code, 16));
  });
}

function urlDecoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}

function withoutEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi,
    (whole, hex?: string, decimal?: string, name = '') => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : (entities[String(name)] ?? whole);
    },
  );
}

/** `73 65 63`, as a Buffer is printed, is `736563`. */
function joinedPairs(text: string): string {
  return text.replace(/\b([0-9a-f]{2})[ :](?=[0-9a-f]{2}\b)/g, '$1');
}
