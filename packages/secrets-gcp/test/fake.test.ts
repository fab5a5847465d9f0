import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { GoogleAuth, IdentityPoolClient, JWT } from 'google-auth-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { fakeGcp, type FakeGcp } from '@tako/testing/secrets';

let gcp: FakeGcp;
let folder: string;
beforeEach(async () => {
  gcp = await fakeGcp();
  folder = await mkdtemp(join(tmpdir(), 'tako-gcp-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await gcp.close();
  await rm(folder, { recursive: true });
});

const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

function clientOf(auth: GoogleAuth): SecretManagerServiceClient {
  const { hostname, port } = new URL(gcp.url);
  const address = { protocol: 'http', apiEndpoint: hostname, port: Number(port) };
  return new SecretManagerServiceClient({ fallback: true, projectId: 'fake-project', auth, ...address });
}

function keyClient(): JWT {
  const { client_email: email = '', private_key: key = '' } = gcp.serviceAccountKey;
  return new JWT({ email, key, scopes });
}

const withKey = (): GoogleAuth => new GoogleAuth({ authClient: keyClient() });

const parent = 'projects/fake-project';
const noRetry = { retry: null };

/** The latest version, and the first. */
async function writeAndRead(client: SecretManagerServiceClient): Promise<unknown[]> {
  await client.createSecret({ parent, secretId: 'app-key', secret: { replication: { automatic: {} } } });
  await client.addSecretVersion({ parent: `${parent}/secrets/app-key`, payload: { data: Buffer.from('one') } });
  await client.addSecretVersion({ parent: `${parent}/secrets/app-key`, payload: { data: Buffer.from('two') } });
  const read = async (version: string) => {
    const [{ payload }] = await client.accessSecretVersion({ name: `${parent}/secrets/app-key/versions/${version}` });
    return Buffer.from(payload?.data ?? '').toString();
  };
  return [await read('latest'), await read('1')];
}

test("the vendor's client writes, rotates and reads, with a service account's key", async () => {
  expect(await writeAndRead(clientOf(withKey()))).toEqual(['two', 'one']);
});

test("the vendor's library exchanges a service account's key for a token", async () => {
  const jwt = keyClient();
  jwt.transporter.interceptors.request.add({
    // It knows Google's own address alone.
    resolved: (config) => Promise.resolve({ ...config, url: new URL('/token', gcp.url) }),
  });
  const { token } = await jwt.getAccessToken();
  expect(gcp.tokens.find(token ?? '')).toMatchObject({ audience: 'cloud-platform' });
});

test("the vendor's client has its token from the metadata server", async () => {
  vi.stubEnv('GCE_METADATA_HOST', new URL(gcp.url).host);
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
  vi.stubEnv('HOME', folder);
  vi.stubEnv('CLOUDSDK_CONFIG', folder);
  expect(await writeAndRead(clientOf(new GoogleAuth({ scopes })))).toEqual(['two', 'one']);
  expect(gcp.requests.some(({ url }) => url.pathname.endsWith('/service-accounts/default/token'))).toBe(true);
});

test.each(['file', 'url'])(
  "the vendor's client exchanges a foreign token from a %s, and impersonates",
  async (source) => {
    const file = join(folder, 'token');
    await writeFile(file, 'fake-subject-token');
    const authClient = new IdentityPoolClient({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${gcp.url}/v1/token`,
      service_account_impersonation_url: `${gcp.url}/v1/projects/-/serviceAccounts/${gcp.serviceAccountKey['client_email']}:generateAccessToken`,
      credential_source:
        source === 'file'
          ? { file }
          : {
              url: `${gcp.url}/subject-token`,
              headers: { 'x-subject': 'asked' },
              format: { type: 'json', subject_token_field_name: 'id_token' },
            },
    });
    const client = clientOf(new GoogleAuth({ authClient }));
    await writeAndRead(client);
    const paths = gcp.requests.map(({ url }) => url.pathname);
    expect(paths).toContain('/v1/token');
    expect(paths.some((path) => path.endsWith(':generateAccessToken'))).toBe(true);
  },
);

test("failures are the statuses that the vendor's client knows", async () => {
  const client = clientOf(withKey());
  const read = (name: string, version = 'latest') =>
    client.accessSecretVersion({ name: `${parent}/secrets/${name}/versions/${version}` }, noRetry as object);
  await expect(read('unknown')).rejects.toMatchObject({ code: 5 });
  gcp.secrets.set('known', 'x');
  await expect(read('known', '9')).rejects.toMatchObject({ code: 5 });
  gcp.secrets.disable('known', '1');
  await expect(read('known')).rejects.toMatchObject({ code: 9 });
  gcp.secrets.forbidden.add('known');
  await expect(read('known')).rejects.toMatchObject({ code: 7 });
});
