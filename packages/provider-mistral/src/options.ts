import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

/** How to connect to Mistral, or to a server that speaks like it. */
export interface MistralConnectionOptions {
  /** Read at each call. A server without keys takes any text. @defaultValue `$ENV:MISTRAL_API_KEY` */
  readonly apiKey?: Credential | undefined;
  /** @defaultValue `https://api.mistral.ai/v1` */
  readonly baseUrl?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** Options of `mistral`. */
export interface MistralOptions extends MistralConnectionOptions {
  /** For example `mistral-medium-latest`. */
  readonly model: string;
  /** Whether Mistral puts its safety prompt in front of the conversation. @defaultValue false, which is Mistral's */
  readonly safePrompt?: boolean | undefined;
  /** Asks for repeatable sampling where a request has no `seed`: a whole number, not below zero. */
  readonly randomSeed?: number | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the model, for models newer than this package and for compatible servers. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of the model, where this package knows it */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
