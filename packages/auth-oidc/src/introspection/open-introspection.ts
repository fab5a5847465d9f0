import { invalidOptions, providerError } from '@tako/core';
import { withDeadline } from '@tako/core/provider';
import type { ServerMetadata } from 'openid-client';

import { HttpsSender } from '../https-sender.js';
import { MtlsRotation } from '../mtls/mtls-rotation.js';
import type { ClientIdentity } from '../mtls/client-identity.js';
import { identityLoader, type IdentityLoader } from '../mtls/mtls-source.js';
import { checkNumbers, httpsUrl, isName, type Settings } from '../read-options.js';
import { trustedRoots, type TrustedRoots } from '../trusted-roots.js';
import { askProvider } from './ask-provider.js';
import { clientAuth } from './client-auth.js';
import { clientAuthMethods, strongestMethod, type ClientAuthMethod, type TheirMeans } from './client-auth-method.js';
import type { IntrospectionOptions } from './introspection-options.js';
import { Introspector } from './introspector.js';
import { signingKey, type SigningKey } from './signing-key.js';

/** What is known when introspection is set up. */
export interface IntrospectionContext {
  readonly source: string;
  readonly settings: Settings;
  readonly metadata: Readonly<ServerMetadata>;
  /** Trusted for every connection, besides the platform's own. */
  readonly ca: string | undefined;
  /** These, read. */
  readonly roots: TrustedRoots;
  readonly signal: AbortSignal | undefined;
}

/** Introspection, set up. */
export interface OpenedIntrospection {
  readonly introspector: Introspector;
  /** Where there is a client certificate. */
  readonly rotation: MtlsRotation | undefined;
  readonly close: () => void;
}

/** An answer about one token is not longer. */
const maxBytes = 65_536;

/**
 * Sets introspection up: reads key and certificate, chooses the method of client authentication, finds the endpoint.
 *
 * @throws `invalid` for options that cannot work, and when no method or no endpoint is found; `malformed_response` for metadata that
 *   cannot be; `transport` or `timeout` when the client certificate cannot be had
 */
export async function openIntrospection(
  options: IntrospectionOptions,
  context: IntrospectionContext,
): Promise<OpenedIntrospection> {
  const { source, settings, metadata, ca } = context;
  const { clientId, clientSecret, privateKey, mtls, method: wanted = 'auto', assertionAudience } = options;
  const { requireAudience = true, ttlMs = 30_000, refusedTtlMs = 5_000, maxEntries = 5_000 } = options;
  const { issuer, audience, principalOf, leewayMs, timeoutMs, clock, environment } = settings;
  checkNumbers(
    {
      'introspection.ttlMs': ttlMs,
      'introspection.refusedTtlMs': refusedTtlMs,
      'introspection.maxEntries': maxEntries,
    },
    source,
  );
  if (!isName(clientId)) throw invalidOptions(source, 'introspection.clientId is missing');

  const roots = options.ca === undefined ? context.roots : trustedRoots({ ca, 'introspection.ca': options.ca }, source);
  const theirs = theirMeans(metadata);
  const key =
    privateKey === undefined
      ? undefined
      : await withDeadline({ source, what: 'introspection.privateKey', timeoutMs, clock, signal: context.signal }, () =>
          signingKey(privateKey, theirs.algorithms, source),
        );
  const loader = mtls === undefined ? undefined : identityLoader(mtls, source);
  const first = await loadFirst(loader, context);
  const method = chooseMethod(wanted, { hasSecret: clientSecret !== undefined, key, first }, theirs, source);
  const endpoint = findEndpoint(options.endpoint, metadata, isMtls(method), source);

  const sender = new HttpsSender({ source, roots, identity: first, keepAlive: true, maxBytes });
  const rotation =
    first === undefined || loader === undefined
      ? undefined
      : new MtlsRotation({ source, loader, first, sender, onReload: options.onMtlsReload, timeoutMs, clock });
  const auth = { source, method, clientSecret, environment, key, audience: assertionAudience ?? issuer };
  const asking = {
    source,
    issuer,
    endpoint,
    clientId,
    auth: () => clientAuth(auth),
    sender,
    rotation,
    now: () => clock.now(),
  };
  const introspector = new Introspector({
    source,
    ask: (token, signal) => askProvider(asking, token, signal),
    rules: { source, issuer, audience, requireAudience, leewayMs },
    principalOf,
    timeoutMs,
    ttlMs,
    refusedTtlMs,
    maxEntries,
    clock,
  });
  return {
    introspector,
    rotation,
    close: () => {
      rotation?.close();
      sender.close();
    },
  };
}

/** What the identity provider takes; where it does not say, what holds for its token endpoint: RFC 8414, section 2. */
function theirMeans(metadata: Readonly<ServerMetadata>): TheirMeans {
  const list = (value: unknown): readonly string[] | undefined =>
    Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : undefined;
  const own = list(metadata.introspection_endpoint_auth_methods_supported);
  return {
    methods: own ?? list(metadata.token_endpoint_auth_methods_supported) ?? ['client_secret_basic'],
    algorithms: list(
      own === undefined
        ? metadata.token_endpoint_auth_signing_alg_values_supported
        : metadata.introspection_endpoint_auth_signing_alg_values_supported,
    ),
  };
}

async function loadFirst(
  loader: IdentityLoader | undefined,
  { source, settings, signal }: IntrospectionContext,
): Promise<ClientIdentity | undefined> {
  if (loader === undefined) return undefined;
  const { timeoutMs, clock } = settings;
  return await withDeadline({ source, what: 'the client certificate', timeoutMs, clock, signal }, () => loader.load());
}

interface Credentials {
  readonly hasSecret: boolean;
  readonly key: SigningKey | undefined;
  readonly first: ClientIdentity | undefined;
}

function chooseMethod(
  wanted: ClientAuthMethod | 'auto',
  { hasSecret, key, first }: Credentials,
  theirs: TheirMeans,
  source: string,
): ClientAuthMethod {
  if (wanted === 'auto') {
    const certificate = first === undefined ? 'none' : first.isSelfSigned ? 'self_signed' : 'issued';
    return strongestMethod({ hasSecret, keyAlgorithms: key?.names, certificate }, theirs, source);
  }
  if (!clientAuthMethods.includes(wanted))
    throw invalidOptions(source, 'introspection.method is not one of the six, nor auto');
  const needs: readonly [boolean, string] = isMtls(wanted)
    ? [first !== undefined, 'mtls']
    : wanted === 'private_key_jwt'
      ? [key !== undefined, 'privateKey']
      : [hasSecret, 'clientSecret'];
  if (!needs[0]) throw invalidOptions(source, `${wanted} needs introspection.${needs[1]}`);
  return wanted;
}

function isMtls(method: ClientAuthMethod): boolean {
  return method === 'tls_client_auth' || method === 'self_signed_tls_client_auth';
}

/** RFC 8705, section 5: with mutual TLS the alias is asked, where there is one. */
function findEndpoint(
  given: string | undefined,
  metadata: Readonly<ServerMetadata>,
  withMtls: boolean,
  source: string,
): string {
  if (given !== undefined) return httpsUrl(given, 'introspection.endpoint', source).href;
  const alias = withMtls ? metadata.mtls_endpoint_aliases?.introspection_endpoint : undefined;
  const named: unknown = alias ?? metadata.introspection_endpoint;
  if (named === undefined) {
    throw invalidOptions(source, 'the identity provider names no introspection endpoint; pass introspection.endpoint');
  }
  if (typeof named === 'string' && URL.parse(named)?.protocol === 'https:') return named;
  throw providerError('malformed_response', `${source}: discovery: the introspection endpoint is not https`, {
    source,
  });
}
