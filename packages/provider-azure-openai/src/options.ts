import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price, Secret } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';
import type { OpenAIChatRequest } from '@tako/openai-wire';

/** What both doors take, whoever connects. */
export interface AzureOpenAIModelOptions {
  /** The deployment's name, as you chose it in Azure. */
  readonly deployment: string;
  /** The model behind the deployment, for example `gpt-5-mini`: capabilities and price go by it. @defaultValue nothing is known */
  readonly model?: string | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of `model`. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of `model` in a Global Standard deployment, where this package knows it */
  readonly price?: Price | undefined;
  /**
   * How the API version calls the longest answer.
   *
   * @defaultValue `max_completion_tokens`; `max_tokens` for versions before 2024-09-01, which have no other
   */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens' | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** Where the deployment is, and how to connect. */
export interface AzureOpenAIEndpointOptions {
  /** For example `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  /** A dated version, or `v1` for the surface without versions, which new models want. @defaultValue `2024-10-21` */
  readonly apiVersion?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
}

/** A key of the resource, or tokens of Microsoft Entra. */
export type AzureOpenAICredentialOptions =
  | {
      /** Read at each call, sent as `api-key`. @defaultValue `$ENV:AZURE_OPENAI_API_KEY` */
      readonly apiKey?: Credential | undefined;
      readonly tokenProvider?: undefined;
    }
  | {
      readonly apiKey?: undefined;
      /**
       * Called at each call, sent as `Authorization: Bearer`: what `getBearerTokenProvider` of `@azure/identity` returns for the scope
       * `https://cognitiveservices.azure.com/.default`.
       */
      readonly tokenProvider: () => string | Secret | Promise<string | Secret>;
    };

/** How to connect to Azure. */
export type AzureOpenAIConnectionOptions = AzureOpenAIEndpointOptions & AzureOpenAICredentialOptions;

/** Options of `azureOpenAI` in `@tako/provider-azure-openai/fetch`. */
export type AzureOpenAIFetchOptions = AzureOpenAIModelOptions &
  AzureOpenAIConnectionOptions & {
    /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
    readonly transport?: HttpTransport | undefined;
  };

/** Options of `azureOpenAI` in `@tako/provider-azure-openai`: how to connect, or a client that is ready to. */
export type AzureOpenAIOptions = AzureOpenAIModelOptions &
  (
    | (AzureOpenAIConnectionOptions & { readonly client?: undefined })
    | ({ readonly [Option in keyof AzureOpenAIEndpointOptions | 'apiKey' | 'tokenProvider']?: undefined } & {
        /**
         * An `AzureOpenAI` of the package `openai`, or an `OpenAI` for `v1`, with its own credential, address and `fetch`. Its
         * retries stay off.
         */
        readonly client: AzureOpenAIClient;
      })
  );

/** The part of a client of the package `openai` that is used. */
export interface AzureOpenAIClient {
  /** The client's key, if it has a fixed one: it is taken out of errors. */
  readonly apiKey: string | null;
  readonly chat: {
    readonly completions: {
      create(body: OpenAIChatRequest, options: AzureOpenAIClientRequest): { asResponse(): Promise<Response> };
    };
  };
}

/** How one request is sent through a client. */
export interface AzureOpenAIClientRequest {
  signal: AbortSignal;
  maxRetries: number;
  /** In milliseconds. */
  timeout: number;
  headers: { [name: string]: string };
}
