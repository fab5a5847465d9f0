import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

/** Options of `acmeCorp`. */
export interface AcmeCorpOptions {
  /** The model's name, as the vendor writes it. */
  readonly model: string;
  /** Read at each call. @defaultValue `$ENV:ACME_CORP_API_KEY` */
  readonly apiKey?: Credential | undefined;
  /** @defaultValue `https://api.acme-corp.example` */
  readonly baseUrl?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** @defaultValue 30 s, 120 s, 60 s, 600 s */
  readonly timeouts?: Timeouts | undefined;
  /** What you know of the model, laid over what this package knows. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** US dollars per million tokens. Without it no cost is known. */
  readonly price?: Price | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
