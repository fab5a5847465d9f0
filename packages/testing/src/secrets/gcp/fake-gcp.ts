import { generateKeyPairSync } from 'node:crypto';

import type { Clock } from '@tako/core';

import { bearerOf, issuedTokens, type IssuedTokens } from '../server/issued-tokens.js';
import { vendorServer, type VendorServer, type VendorServerOptions } from '../server/vendor-server.js';
import { gcpIdentity } from './gcp-identity.js';
import { failure, gcpVault, type GcpSecrets } from './gcp-vault.js';

/** Who may have tokens of a fake Google Cloud. */
export interface FakeGcpOptions extends VendorServerOptions {
  /** @defaultValue `fake-project` */
  readonly projectId?: string | undefined;
  /** The service account of the metadata server, of the key and of impersonation. @defaultValue `fake@fake-project.iam.gserviceaccount.com` */
  readonly serviceAccount?: string | undefined;
  /** The token of the other identity provider. @defaultValue `fake-subject-token` */
  readonly subjectToken?: string | undefined;
  /** What it is exchanged for. @defaultValue a provider of pool `pool` in project 1 */
  readonly audience?: string | undefined;
  /** The service account's, in PEM. @defaultValue a new one, made when it is first needed: that takes a while */
  readonly keyPair?: { readonly publicKey: string; readonly privateKey: string } | undefined;
  /** How long tokens hold, in milliseconds. @defaultValue one hour */
  readonly tokenLifetimeMs?: number | undefined;
  /** What times are taken from: a `fakeClock`, for instance. @defaultValue the platform's */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * Secret Manager, the metadata server, and the endpoints that exchange keys and foreign tokens for Google's, all at one address.
 */
export interface FakeGcp extends VendorServer {
  readonly secrets: GcpSecrets;
  readonly tokens: IssuedTokens;
  /** A service account's key as Google's console gives it, with this server as `token_uri`. */
  readonly serviceAccountKey: Readonly<Record<string, string>>;
}

/** What the parts of the fake share. */
export type GcpContext = {
  readonly [Option in Exclude<keyof FakeGcpOptions, 'keyPair' | keyof VendorServerOptions>]-?: NonNullable<
    FakeGcpOptions[Option]
  >;
} & {
  /** Of the service account, in PEM. */
  readonly publicKey: () => string;
};

type KeyPair = NonNullable<FakeGcpOptions['keyPair']>;

/**
 * A fake of the part of Google Cloud that reading a secret needs, over http or https on loopback.
 *
 * The vendor's own client, `@google-cloud/secret-manager` over REST, works with it: the tests of `@tako/secrets-gcp` drive it so.
 */
export async function fakeGcp(options: FakeGcpOptions = {}): Promise<FakeGcp> {
  const {
    projectId = 'fake-project',
    serviceAccount = 'fake@fake-project.iam.gserviceaccount.com',
    subjectToken = 'fake-subject-token',
    audience = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    tokenLifetimeMs = 3_600_000,
    clock = Date,
  } = options;
  let made = options.keyPair;
  const keyPair = (): KeyPair => (made ??= newKeyPair());
  const context: GcpContext = {
    projectId,
    serviceAccount,
    subjectToken,
    audience,
    tokenLifetimeMs,
    clock,
    publicKey: () => keyPair().publicKey,
  };
  const tokens = issuedTokens(clock);
  const identity = gcpIdentity(context, tokens);
  const { secrets, answer } = gcpVault(projectId);

  const server = await vendorServer((request) => {
    const given = identity.answer(request);
    if (given !== undefined) return given;
    const token = bearerOf(request.headers);
    if (tokens.find(token)?.audience === 'cloud-platform' || identity.isOwnJwt(token)) return answer(request);
    return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  }, options);
  return {
    ...server,
    secrets,
    tokens,
    get serviceAccountKey() {
      return {
        type: 'service_account',
        project_id: projectId,
        private_key_id: 'fake-key-id',
        private_key: keyPair().privateKey,
        client_email: serviceAccount,
        client_id: '1',
        token_uri: `${server.url}/token`,
        universe_domain: 'googleapis.com',
      };
    },
  };
}

function newKeyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
