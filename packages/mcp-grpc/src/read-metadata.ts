import { TakoError } from '@tako/core';
import { readHeaders, type HeadersOption } from '@tako/mcp/transport';

/**
 * What gRPC lets stand in metadata, without the names that are its own or HTTP/2's. Source:
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (read 2026-11-23)
 */
const legalName =
  /^(?!grpc-|(?:connection|content-type|host|keep-alive|te|transfer-encoding|upgrade|user-agent)$)[\w.-]+$/i;
const legalValue = /^[\x20-\x7e]*$/;

/**
 * The metadata to send now, its names in lower case.
 *
 * @throws `auth` as `readHeaders`, and where gRPC takes no such name or value; never with a value.
 */
export async function readMetadata(metadata: HeadersOption, source: string): Promise<ReadonlyMap<string, string>> {
  const values = await readHeaders(metadata, { source, environment: process.env });
  for (const [name, value] of values) {
    if (legalName.test(name) && legalValue.test(value)) continue;
    const problem = 'cannot stand in a gRPC request; check for names of gRPC itself, and letters beyond ASCII';
    throw new TakoError('auth', `${source}: metadata ${JSON.stringify(name.slice(0, 100))} ${problem}`, { source });
  }
  return new Map(Array.from(values, ([name, value]) => [name.toLowerCase(), value]));
}
