import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { Secret, systemClock, toBase64, type Clock, type ResolveOptions, type SecretResolver } from '@tako/core';
import { invalidOptions, providerError, shownKey, withDeadline } from '@tako/core/provider';

import { awsError } from './aws-error.js';
import { parseAwsKey } from './aws-key.js';
import { clientOf } from './client.js';
import type { AwsSecretsManagerClient, AwsSecretsManagerResolverOptions } from './options.js';

const source = 'AwsSecretsManagerResolver';

/**
 * Secrets of AWS Secrets Manager, on the vendor's SDK, which is loaded with the first secret. Keys are `name-or-arn`, for the
 * current version, `name-or-arn#versionId`, or `name-or-arn#stage:AWSPREVIOUS`.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html (read 2026-11-23).
 */
export class AwsSecretsManagerResolver implements SecretResolver {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #client: () => AwsSecretsManagerClient | Promise<AwsSecretsManagerClient>;

  /** @throws `invalid` for an endpoint that is not https, and for a profile beside credentials. */
  constructor(options: AwsSecretsManagerResolverOptions = {}) {
    if (options.credentials !== undefined && options.profile !== undefined) {
      throw invalidOptions(source, 'pass credentials or profile, not both');
    }
    const { client, timeoutMs = 15_000, clock = systemClock(globalThis) } = options;
    if (!(timeoutMs > 0)) throw invalidOptions(source, `timeoutMs must be more than 0, got ${timeoutMs}`);
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#client = client === undefined ? clientOf(options) : () => client;
  }

  /**
   * The secret as it is now: its text, or its bytes (`SecretBinary`) as base64.
   *
   * @throws `not_found` (a secret that is marked for deletion too), `permission`, `auth`, `rate_limited`, `transport`, `timeout`,
   *   `overloaded`, `provider`, `malformed_response`; `invalid` for a malformed key, before anything is sent; `cancelled` when the
   *   signal aborts.
   */
  async resolve(key: string, options: ResolveOptions = {}): Promise<Secret> {
    const input = parseAwsKey(key);
    const what = shownKey(key);
    const clock = this.#clock;
    const deadline = { source, what, timeoutMs: this.#timeoutMs, clock, signal: options.signal };
    return withDeadline(deadline, async (abortSignal) => {
      const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      try {
        const client = await this.#client();
        return readSecret(await client.send(new GetSecretValueCommand(input), { abortSignal }), input, what);
      } catch (error) {
        throw awsError(error, what, clock.now());
      }
    });
  }

  /** A function that any option of type `Credential` takes; it resolves the key whenever the credential is used. */
  secret(key: string): () => Promise<Secret> {
    return () => this.resolve(key);
  }
}

/** The secret in an answer that is about the version we asked for. */
function readSecret(
  answer: GetSecretValueCommandOutput,
  { SecretId: id, VersionId, VersionStage }: ReturnType<typeof parseAwsKey>,
  what: string,
): Secret {
  const { SecretString: text, SecretBinary: bytes, Name, ARN } = answer;
  const isOurs = id === Name || id === ARN || (id !== undefined && ARN?.startsWith(id) === true);
  const isVersion = VersionId === undefined || VersionId === answer.VersionId;
  const isStage = VersionStage === undefined || answer.VersionStages?.includes(VersionStage) === true;
  if (isOurs && isVersion && isStage) {
    if (typeof text === 'string') return new Secret(text);
    if (bytes instanceof Uint8Array) return new Secret(toBase64(bytes));
  }
  throw providerError('malformed_response', `${source}: ${what}: the answer holds no value of this secret`, { source });
}
