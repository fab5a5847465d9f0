import { invalidOptions, providerError, secureUrl } from '@tako/core/provider';

import type { GcpTokenSource } from './options.js';
import { readToken } from './token-answer.js';

/** Which service account of the machine. */
export interface MetadataServerOptions {
  /** Its email address. @defaultValue the machine's default one */
  readonly serviceAccount?: string | undefined;
  /** @defaultValue `http://metadata.google.internal` */
  readonly metadataUrl?: string | undefined;
}

const source = 'GcpSecretManagerResolver';

/**
 * Tokens from the metadata server of Compute Engine, Kubernetes Engine, Cloud Run and their like. Who answers without
 * `Metadata-Flavor: Google` is not it.
 *
 * Source: https://cloud.google.com/compute/docs/metadata/querying-metadata, as `gcp-metadata` 9.2.3 asks it (read 2026-11-23).
 */
export function metadataServer(options: MetadataServerOptions = {}): GcpTokenSource {
  const { serviceAccount: account = 'default', metadataUrl } = options;
  if (!/^\w[\w.@-]{0,199}$/.test(account)) throw invalidOptions(source, 'serviceAccount must be an email address');
  // Inside a Google network the name is served by the machine's host alone, over http.
  const base =
    metadataUrl === undefined
      ? 'http://metadata.google.internal'
      : secureUrl(metadataUrl, source, 'metadataUrl').href.replace(/\/+$/, '');
  return async ({ send, clock, signal }) => {
    const answer = await send({
      what: 'a token of the metadata server',
      method: 'GET',
      url: `${base}/computeMetadata/v1/instance/service-accounts/${account}/token`,
      headers: { 'metadata-flavor': 'Google' },
      signal,
    });
    if (answer.status === 200 && answer.headers['metadata-flavor'] !== 'Google') {
      throw providerError('auth', `${source}: whoever answered is not Google's metadata server`, { source });
    }
    return readToken(answer, clock, 'the metadata server');
  };
}
