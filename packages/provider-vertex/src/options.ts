import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price, Secret } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

import type { VertexSafetySetting } from './vertex-request.js';

/** A token, and how long it is good for. */
export interface VertexAccessToken {
  readonly token: string | Secret;
  /** When it ends, in milliseconds since 1970-01-01 UTC. Without it the token is asked for at each call. */
  readonly expiresAtMs?: number | undefined;
}

/**
 * An OAuth 2.0 access token, or a function that gives one. A token with an expiry is kept and asked for anew five minutes
 * before it ends; calls that need one at the same time share one question.
 */
export type VertexCredential =
  | Credential
  | (() => string | Secret | VertexAccessToken | Promise<string | Secret | VertexAccessToken>);

/** What both doors take, whoever signs. */
export interface VertexModelOptions {
  /**
   * For example `gemini-3.8-flash`; or a resource: `publishers/…/models/…`, `endpoints/…` of a tuned model, or a whole
   * `projects/…` path.
   */
  readonly model: string;
  /** What is to be blocked. `vendorOptions.vertex` of a request wins. @defaultValue the vendor's */
  readonly safetySettings?: readonly VertexSafetySetting[] | undefined;
  /** Labels for the bill, sent with each request, under those of the request's `metadata`. */
  readonly labels?: { readonly [key: string]: string } | undefined;
  /** The resource of a prompt that the vendor has cached: `projects/…/locations/…/cachedContents/…`. */
  readonly cachedContent?: string | undefined;
  /**
   * Connect, first event, between events, total. An unstreamed answer has the total limit alone: its headers come when it is
   * whole. @defaultValue 30 s, 120 s, 60 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the model, for models newer than this package. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue the list price of the model's standard tier, where this package knows it */
  readonly price?: Price | undefined;
  /** The address up to the version, for a proxy or a private endpoint. @defaultValue by location, `https://…/v1` */
  readonly baseUrl?: string | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}

/** Options of `vertex` in `@tako/provider-vertex`. */
export interface VertexOptions extends VertexModelOptions {
  /** The id or number of the Google Cloud project that pays. */
  readonly project: string;
  /** A region, a multi-region (`us`, `eu`), or `global`. Only the first two say where data is processed. @defaultValue `global` */
  readonly location?: string | undefined;
  /** Read at each call; `$ENV:NAME` stands for an environment variable. */
  readonly accessToken: VertexCredential;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
}
