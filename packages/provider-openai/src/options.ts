import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';
import type { OpenAIChatRequest, OpenAIResponsesRequest } from '@tako/openai-wire';

import type { OpenAIApi } from './api.js';

/** What both doors take, whoever connects. */
export interface OpenAIModelOptions {
  /** For example `gpt-6-luna`. */
  readonly model: string;
  /** `responses` for the Responses API. @defaultValue chat completions */
  readonly api?: OpenAIApi | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the model, for models newer than this package and for compatible servers. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of the model's standard tier, where this package knows it */
  readonly price?: Price | undefined;
  /** How the server calls the longest answer; older compatible ones know `max_tokens` only. @defaultValue `max_completion_tokens` */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens' | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** How to connect to OpenAI, or to a server that speaks like it. */
export interface OpenAIConnectionOptions {
  /** Read at each call. A server without keys takes any text. @defaultValue `$ENV:OPENAI_API_KEY` */
  readonly apiKey?: Credential | undefined;
  /** @defaultValue `https://api.openai.com/v1` */
  readonly baseUrl?: string | undefined;
  /** Who pays, where the key belongs to several organizations. */
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
}

/** Options of `openai` in `@tako/provider-openai/fetch`. */
export interface OpenAIFetchOptions extends OpenAIModelOptions, OpenAIConnectionOptions {
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** Options of `openai` in `@tako/provider-openai`: how to connect, or a client that is ready to. */
export type OpenAIOptions = OpenAIModelOptions &
  (
    | (OpenAIConnectionOptions & { readonly client?: undefined })
    | ({ readonly [Option in keyof OpenAIConnectionOptions]?: undefined } & {
        /** A client of the package `openai`, `AzureOpenAI` too, with its own key, address and `fetch`. Its retries stay off. */
        readonly client: OpenAIClient;
      })
  );

/** The part of a client of the package `openai` that is used. */
export interface OpenAIClient {
  readonly baseURL: string;
  /** The client's key, if it has a fixed one: it is taken out of errors. */
  readonly apiKey: string | null;
  readonly chat: {
    readonly completions: {
      create(body: OpenAIChatRequest, options: OpenAIClientRequest): { asResponse(): Promise<Response> };
    };
  };
  readonly responses: {
    create(body: OpenAIResponsesRequest, options: OpenAIClientRequest): { asResponse(): Promise<Response> };
  };
}

/** How one request is sent through a client. */
export interface OpenAIClientRequest {
  signal: AbortSignal;
  maxRetries: number;
  /** In milliseconds. */
  timeout: number;
  headers: { [name: string]: string };
}
