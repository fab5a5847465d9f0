import { invalidOptions, providerError, secureUrl, tokenRefusal } from '@tako/core/provider';

import type { GcpTokenContext } from './options.js';

const source = 'GcpSecretManagerResolver';

/** Where other clouds have their metadata service. */
const metadataService = 'http://169.254.169.254';

/**
 * The token of the other identity provider, from a file or an address.
 *
 * Source: https://google.aip.dev/auth/4117 (read 2026-11-23).
 *
 * @param from `credential_source` of the configuration
 * @throws `unsupported` for AWS's signed requests, executables and certificates.
 */
export async function readSubjectToken(from: unknown, context: GcpTokenContext): Promise<string> {
  const { file, url, headers, format }: Readonly<Record<string, unknown>> = Object(from);
  const { type = 'text', subject_token_field_name: field }: Readonly<Record<string, unknown>> = Object(format);
  let text: string;
  if (typeof file === 'string') text = await readFile(file);
  else if (typeof url === 'string') text = await readUrl(url, Object(headers), context);
  else throw providerError('unsupported', `${source}: credential_source must be a file or a url`, { source });

  const token: unknown = type === 'text' ? text.trim() : fieldOf(text, field);
  if (typeof token === 'string' && token !== '') return token;
  throw providerError('auth', `${source}: credential_source holds no token`, { source });
}

async function readFile(path: string): Promise<string> {
  try {
    const fs = await import('node:fs/promises');
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    throw providerError('auth', `${source}: the file of credential_source cannot be read`, { source, cause: error });
  }
}

async function readUrl(text: string, headers: unknown, { send, signal, clock }: GcpTokenContext): Promise<string> {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '')
    throw invalidOptions(source, 'credential_source.url is malformed');
  if (url.origin !== metadataService) secureUrl(url.origin, source, 'credential_source.url');
  const given = Object.entries(Object(headers) as Readonly<Record<string, unknown>>); // an object, whatever it was
  const own = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)]));
  const answer = await send({
    what: 'the token of credential_source',
    method: 'GET',
    url: url.href,
    headers: own,
    signal,
  });
  if (answer.status === 200) return answer.text;
  throw tokenRefusal(answer, source, 'the url of credential_source', clock.now());
}

function fieldOf(text: string, name: unknown): unknown {
  try {
    const fields: Readonly<Record<string, unknown>> = Object(JSON.parse(text));
    return typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined;
  } catch {
    return undefined; // the parser's own words quote the text
  }
}
