import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock, Credential, Environment } from '@tako/core';
import type { Fetch } from '@tako/core/provider';

/** AWS credentials. Each may be a `Secret`, a function or `$ENV:NAME`, and is read at each request. */
export interface AwsSecretsManagerCredentials {
  readonly accessKeyId: Credential;
  readonly secretAccessKey: Credential;
  /** Of temporary credentials. */
  readonly sessionToken?: Credential | undefined;
}

/** Credentials as the providers of `@aws-sdk/credential-providers` give them. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** From shortly before then on they are asked for again; never, where it is absent. */
  readonly expiration?: Date;
}

/** How to connect to Secrets Manager. */
export interface AwsSecretsManagerConnectionOptions {
  /** @defaultValue `AWS_REGION`, or the region of the profile in AWS's configuration files */
  readonly region?: string | undefined;
  /**
   * Signs requests.
   *
   * @defaultValue the SDK's default chain: environment, single sign-on, files, web identity, container, instance. Temporary
   * credentials are renewed some minutes before their end.
   */
  readonly credentials?: AwsSecretsManagerCredentials | (() => Promise<AwsIdentity>) | undefined;
  /** The profile of AWS's configuration files that the chain begins with. @defaultValue `AWS_PROFILE`, or `default` */
  readonly profile?: string | undefined;
  /**
   * https, or http on exactly `localhost`, `127.0.0.1` or `[::1]`.
   *
   * @defaultValue Secrets Manager's address in the region; `AWS_ENDPOINT_URL` is not read
   */
  readonly endpointUrl?: string | undefined;
  /** Where `$ENV:NAME` is looked up. The SDK's own chain reads the process's. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
  /** Sends the requests for secrets; the SDK's chain has its own ways. @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
}

/** The part of a client of `@aws-sdk/client-secrets-manager` that is used. */
export type AwsSecretsManagerClient = Pick<SecretsManagerClient, 'send'>;

/** Options of `AwsSecretsManagerResolver`: how to connect, or a client that is ready to. */
export type AwsSecretsManagerResolverOptions = {
  /** For one secret, credentials included, in milliseconds. @defaultValue 15 000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
} & (
  | (AwsSecretsManagerConnectionOptions & { readonly client?: undefined })
  | ({ readonly [Option in keyof AwsSecretsManagerConnectionOptions]?: undefined } & {
      /** A ready client of the SDK, with its own credentials, address, handler, limits and retries. */
      readonly client: AwsSecretsManagerClient;
    })
);
