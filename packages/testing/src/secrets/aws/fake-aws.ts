import type { Clock } from '@tako/core';

import {
  vendorServer,
  type VendorAnswer,
  type VendorRequest,
  type VendorServer,
  type VendorServerOptions,
} from '../server/vendor-server.js';
import { awsVault, failure, type AwsSecrets } from './aws-vault.js';
import { signatureFault, type AwsKeys } from './signature-v4.js';

/** Whose keys a fake AWS takes. */
export interface FakeAwsOptions extends VendorServerOptions {
  /** Long-lived keys. @defaultValue `AKIAFAKE`, `fake-secret-access-key` */
  readonly keys?: AwsKeys | undefined;
  /** What the web identity is shown by. @defaultValue `fake-web-identity-token` */
  readonly webIdentityToken?: string | undefined;
  /** What the container's endpoint wants as `authorization`. @defaultValue `fake-container-token` */
  readonly containerToken?: string | undefined;
  /** What times are taken from: a `fakeClock`, for instance. @defaultValue the platform's */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/**
 * Secrets Manager at `/`, the Security Token Service for web identities at `/sts`, a container's credentials at
 * `/container-credentials`, the instance metadata service (version 2) at `/latest`.
 */
export interface FakeAws extends VendorServer {
  readonly secrets: AwsSecrets;
  /** The long-lived keys. */
  readonly keys: AwsKeys;
  /** Secret keys and session tokens that were given or are known: what must show nowhere. */
  readonly credentials: readonly string[];
}

/**
 * A fake of the part of AWS that reading a secret needs, over http or https on loopback. It checks signatures.
 *
 * The vendor's own client works with it: the tests of `@tako/secrets-aws` drive it with `@aws-sdk/client-secrets-manager`.
 *
 * Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html (read 2026-11-23).
 */
export async function fakeAws(options: FakeAwsOptions = {}): Promise<FakeAws> {
  const {
    keys = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake-secret-access-key' },
    webIdentityToken = 'fake-web-identity-token',
    containerToken = 'fake-container-token',
    clock = Date,
  } = options;
  const known = new Map<string, AwsKeys>([[keys.accessKeyId, keys]]);
  const { secrets, answer } = awsVault(clock);

  const temporary = (): AwsKeys & { readonly expires: string } => {
    const id = crypto.randomUUID();
    const made = {
      accessKeyId: `ASIA${id.slice(0, 8)}`,
      secretAccessKey: `secret-${id}`,
      sessionToken: `session-${id}`,
    };
    known.set(made.accessKeyId, made);
    return { ...made, expires: new Date(clock.now() + 3_600_000).toISOString() };
  };

  function ofEndpoint(): VendorAnswer {
    const { accessKeyId, secretAccessKey, sessionToken, expires } = temporary();
    const body = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: expires,
    };
    return { status: 200, body: { Code: 'Success', Type: 'AWS-HMAC', LastUpdated: expires, ...body } };
  }

  function assume(request: VendorRequest): VendorAnswer {
    const form = new URLSearchParams(request.body);
    if (form.get('Action') !== 'AssumeRoleWithWebIdentity' || form.get('WebIdentityToken') !== webIdentityToken) {
      const error = '<Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>no</Message>';
      return xml(400, `<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
    }
    const { accessKeyId, secretAccessKey, sessionToken, expires } = temporary();
    const given =
      `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
      `<SessionToken>${sessionToken}</SessionToken><Expiration>${expires}</Expiration>`;
    const result = `<AssumeRoleWithWebIdentityResult><Credentials>${given}</Credentials></AssumeRoleWithWebIdentityResult>`;
    return xml(200, `<AssumeRoleWithWebIdentityResponse>${result}</AssumeRoleWithWebIdentityResponse>`);
  }

  function instance({ method, url, headers }: VendorRequest): VendorAnswer {
    if (url.pathname === '/latest/api/token') return { status: method === 'PUT' ? 200 : 405, body: 'fake-imds-token' };
    if (headers['x-aws-ec2-metadata-token'] !== 'fake-imds-token') return { status: 401 };
    const path = '/latest/meta-data/iam/security-credentials/';
    if (url.pathname === path) return { status: 200, body: 'fake-role' };
    return url.pathname === `${path}fake-role` ? ofEndpoint() : { status: 404 };
  }

  const server = await vendorServer((request) => {
    const { url, headers, body } = request;
    if (url.pathname.startsWith('/latest/')) return instance(request);
    if (url.pathname.startsWith('/sts')) return assume(request);
    if (url.pathname === '/container-credentials') {
      return headers['authorization'] === containerToken ? ofEndpoint() : { status: 403 };
    }
    const fault = signatureFault(request, (id) => known.get(id), 'secretsmanager');
    if (fault !== undefined) return failure(fault, 'The security token included in the request is invalid.', 403);
    return answer((headers['x-amz-target'] ?? '').replace('secretsmanager.', ''), body);
  }, options);
  return {
    ...server,
    secrets,
    keys,
    get credentials() {
      const given = [...known.values()].flatMap(({ secretAccessKey, sessionToken = '' }) => [
        secretAccessKey,
        sessionToken,
      ]);
      return [...given.filter((text) => text !== ''), webIdentityToken, containerToken];
    },
  };
}

function xml(status: number, body: string): VendorAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
