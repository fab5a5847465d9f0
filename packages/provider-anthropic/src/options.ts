import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

/** What both doors take, whoever connects. */
export interface AnthropicModelOptions {
  /** For example `claude-sonnet-5-5`. */
  readonly model: string;
  /**
   * Longest answer where a request sets none, thinking included; never more than the model's own limit. The vendor demands one.
   *
   * @defaultValue 4096
   */
  readonly defaultMaxOutputTokens?: number | undefined;
  /**
   * The version of the API, a date. `2023-06-01` still has `temperature` and `topP`, for models up to 4.6.
   *
   * Source: https://platform.claude.com/docs/en/api/versioning (read 2026-11-23).
   *
   * @defaultValue `2026-10-21`
   */
  readonly apiVersion?: string | undefined;
  /** Features in trial, by name: the header `anthropic-beta`. */
  readonly betas?: readonly string[] | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. A `ping` of the vendor's is no event. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the model, for models newer than this package and for compatible servers. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of the model's standard tier, where this package knows it */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** How to connect to Anthropic, or to a server that speaks like it. */
export interface AnthropicConnectionOptions {
  /** Read at each call. A server without keys takes any text. @defaultValue `$ENV:ANTHROPIC_API_KEY` */
  readonly apiKey?: Credential | undefined;
  /** Without `/v1`. @defaultValue `https://api.anthropic.com` */
  readonly baseUrl?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
}

/** Options of `anthropic` in `@tako/provider-anthropic/fetch`. */
export interface AnthropicFetchOptions extends AnthropicModelOptions, AnthropicConnectionOptions {
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** Options of `anthropic` in `@tako/provider-anthropic`: how to connect, or a client that is ready to. */
export type AnthropicOptions = AnthropicModelOptions &
  (
    | (AnthropicConnectionOptions & { readonly client?: undefined })
    | ({ readonly [Option in keyof AnthropicConnectionOptions]?: undefined } & {
        /** A client of the package `@anthropic-ai/sdk`, with its own key, address and `fetch`. Its retries stay off. */
        readonly client: AnthropicClient;
      })
  );

/** The part of a client of the package `@anthropic-ai/sdk` that is used. */
export interface AnthropicClient {
  /** The client's key or token, if it has a fixed one: it is taken out of errors. */
  readonly apiKey: string | null;
  readonly authToken: string | null;
  post(path: string, options: AnthropicClientRequest): { asResponse(): Promise<Response> };
}

/** How one request is sent through a client. */
export interface AnthropicClientRequest {
  body: object;
  stream: boolean;
  signal: AbortSignal;
  maxRetries: number;
  /** In milliseconds. */
  timeout: number;
  headers: { [name: string]: string | null };
}
