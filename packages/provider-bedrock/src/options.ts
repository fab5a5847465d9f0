import type { BedrockRuntimeClient, GuardrailTraceAssessment } from '@aws-sdk/client-bedrock-runtime';
import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Call, Fetch, Timeouts } from '@tako/core/provider';

/** AWS credentials. Each may be a `Secret`, a function or `$ENV:NAME`, and is read at each call. */
export interface BedrockCredentials {
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

/** A guardrail that is applied to each request. */
export interface BedrockGuardrail {
  /** Its id or ARN. */
  readonly id: string;
  /** A number as text, or `DRAFT`. */
  readonly version: string;
  /** Whether Bedrock tells what the guardrail found. @defaultValue `enabled` where there is `onTrace`, else `disabled` */
  readonly trace?: 'enabled' | 'disabled' | 'enabled_full' | undefined;
  /** Of streamed answers: whether text is held back until it was checked. @defaultValue `sync` */
  readonly streamProcessingMode?: 'sync' | 'async' | undefined;
  /**
   * Is told what the guardrail found, before the answer finishes. It may quote the conversation, so it stands in no event, log
   * or history. What it throws fails the call.
   */
  readonly onTrace?: ((trace: GuardrailTraceAssessment, call: Call) => void) | undefined;
}

/** How images that are given by URL are fetched, by `@tako/safe-fetch`. */
export interface UrlPrefetchOptions {
  /** Fetch over plain http too. @defaultValue false */
  readonly allowHttp?: boolean | undefined;
  /** For one image, in milliseconds. All of them together count towards the limit for connecting. @defaultValue 10 000 */
  readonly timeoutMs?: number | undefined;
  /** For one connection, in milliseconds. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** The largest image, in bytes. @defaultValue 10 MiB */
  readonly maxBytes?: number | undefined;
  /** Reach addresses of private networks. @defaultValue false */
  readonly allowPrivateIps?: boolean | undefined;
  /** Hosts, or `*.suffix`, whose addresses are not checked. @defaultValue none */
  readonly allowHosts?: readonly string[] | undefined;
  /** Networks that are reached although they are private. @defaultValue none */
  readonly allowCidrs?: readonly string[] | undefined;
  /** Images that are fetched at the same time. @defaultValue 4 */
  readonly concurrency?: number | undefined;
}

/** What to ask, whoever connects. */
export interface BedrockModelOptions {
  /**
   * The id of a model, for example `anthropic.claude-sonnet-4-5-20250929-v1:0`, of an inference profile
   * (`eu.anthropic.claude-…`, `global.…`), or the ARN of either, of an imported model or of a provisioned one.
   */
  readonly model: string;
  readonly guardrail?: BedrockGuardrail | undefined;
  /** Fetches images that are given by URL: Bedrock takes none. @defaultValue false: such an image is `unsupported` */
  readonly urlPrefetch?: boolean | UrlPrefetchOptions | undefined;
  /** `optimized` for models that Bedrock serves faster for more money. @defaultValue `standard` */
  readonly latency?: 'standard' | 'optimized' | undefined;
  /** @defaultValue `default` */
  readonly serviceTier?: 'default' | 'priority' | 'flex' | 'reserved' | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the model, for models newer than this package. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of the model's standard tier, where this package knows it */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** How to connect to Bedrock. */
export interface BedrockConnectionOptions {
  /** @defaultValue `AWS_REGION`, or the region of the profile in AWS's configuration files */
  readonly region?: string | undefined;
  /**
   * A Bedrock API key, read at each call.
   *
   * @defaultValue `$ENV:AWS_BEARER_TOKEN_BEDROCK` where that variable is set and there is neither `credentials` nor `profile`
   */
  readonly apiKey?: Credential | undefined;
  /** Signs requests. @defaultValue the default chain of AWS: environment, files, single sign-on, container, instance */
  readonly credentials?: BedrockCredentials | (() => Promise<AwsIdentity>) | undefined;
  /** The profile of AWS's configuration files that the chain begins with. @defaultValue `AWS_PROFILE`, or `default` */
  readonly profile?: string | undefined;
  /** @defaultValue Bedrock's address in the region; `AWS_ENDPOINT_URL` is not read */
  readonly endpointUrl?: string | undefined;
  /** Sent with each request, beside what is signed, over headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. The SDK's own chain reads the process's. @defaultValue the process's environment */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** The part of a client of `@aws-sdk/client-bedrock-runtime` that is used. */
export type BedrockClient = Pick<BedrockRuntimeClient, 'send'>;

/** Options of `bedrock`: how to connect, or a client that is ready to. */
export type BedrockOptions = BedrockModelOptions &
  (
    | (BedrockConnectionOptions & { readonly client?: undefined })
    | ({ readonly [Option in keyof BedrockConnectionOptions]?: undefined } & {
        /** A ready client of the SDK, with its own credentials, address and handler. Its retries stay off. */
        readonly client: BedrockClient;
      })
  );
