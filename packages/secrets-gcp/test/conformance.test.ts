import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  GcpSecretManagerResolver,
  metadataServer,
  serviceAccount,
  workloadIdentity,
  type GcpTokenSource,
} from '@tako/secrets-gcp';
import { fakeGcp, secretResolverConformance, type FakeGcp } from '@tako/testing/secrets';
import { afterAll, beforeAll, describe, test } from 'vitest';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tako-gcp-'));
  file = join(folder, 'token');
  await writeFile(file, 'fake-subject-token');
});
afterAll(() => rm(folder, { recursive: true }));

const keyPair = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const account = 'fake@fake-project.iam.gserviceaccount.com';

const external = (url: string, more: object): GcpTokenSource =>
  workloadIdentity({
    config: JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/v1/token`,
      ...more,
    }),
  });

const sources: readonly (readonly [name: string, token: (gcp: FakeGcp) => string | GcpTokenSource])[] = [
  ['a token', ({ tokens }) => tokens.issue('cloud-platform', 600_000)],
  [
    'a function',
    ({ tokens }) =>
      () =>
        tokens.issue('cloud-platform', 600_000),
  ],
  ['the metadata server', ({ url }) => metadataServer({ metadataUrl: url })],
  ["a service account's key", (gcp) => serviceAccount({ key: () => JSON.stringify(gcp.serviceAccountKey) })],
  ['a foreign token from a file', ({ url }) => external(url, { credential_source: { file } })],
  [
    'a foreign token from an address, and impersonation',
    ({ url }) =>
      external(url, {
        service_account_impersonation_url: `${url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
        credential_source: {
          url: `${url}/subject-token`,
          headers: { 'x-subject': 'asked' },
          format: { type: 'json', subject_token_field_name: 'id_token' },
        },
      }),
  ],
];

const statuses = {
  forbidden: [403, 'PERMISSION_DENIED'],
  unauthorized: [401, 'UNAUTHENTICATED'],
  missing: [404, 'NOT_FOUND'],
  throttled: [429, 'RESOURCE_EXHAUSTED'],
  down: [503, 'UNAVAILABLE'],
} as const;

describe.each(sources)('with %s', (name, token) => {
  const cases = secretResolverConformance({
    name,
    async start() {
      const gcp = await fakeGcp({ keyPair });
      return {
        server: gcp,
        resolver: ({ timeoutMs }) =>
          new GcpSecretManagerResolver({
            projectId: 'fake-project',
            endpointUrl: gcp.url,
            timeoutMs,
            environment: {},
            token: token(gcp),
          }),
        put(secret, value) {
          const version = gcp.secrets.set(secret, value);
          return { key: secret, versionKey: `${secret}#${version}` };
        },
        isSecretRequest: ({ url }) => url.pathname.endsWith(':access'),
        refusal(kind, message) {
          const [code, status] = statuses[kind];
          const headers = kind === 'throttled' ? { 'retry-after': '7' } : {};
          return { status: code, headers, body: { error: { code, message, status } } };
        },
        get credentials() {
          return [...gcp.tokens.given, 'fake-subject-token', keyPair.privateKey];
        },
        close: gcp.close,
      };
    },
  });
  // oxlint-disable-next-line vitest/expect-expect -- the cases throw
  test.each(cases)('$name', ({ run }) => run());
});
