import type { Capabilities, Clock, Credential, Environment, HttpTransport, Price } from '@tako/core';
import type { Fetch, Timeouts } from '@tako/core/provider';

import type { OllamaModelOptions, OllamaThink } from './ollama-request.js';
import type { UrlPrefetchOptions } from './url-prefetch.js';

/** How to connect to a server. */
export interface OllamaConnectionOptions {
  /** `https://ollama.com` for its cloud. @defaultValue `http://127.0.0.1:11434`; `OLLAMA_HOST` is not read */
  readonly baseUrl?: string | undefined;
  /** For ollama.com, or a server behind a gate: `$ENV:OLLAMA_API_KEY`, for example. Read at each call. @defaultValue none */
  readonly apiKey?: Credential | undefined;
  /** Sent with each request, over our own headers of the same name. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Where `$ENV:NAME` is looked up. @defaultValue the process's environment, where there is one */
  readonly environment?: Environment | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly fetch?: Fetch | undefined;
  /** Sends the requests in place of `fetch`. @defaultValue an adapter over `fetch` */
  readonly transport?: HttpTransport | undefined;
}

/** Options of `ollama`. */
export interface OllamaOptions extends OllamaConnectionOptions {
  /** For example `qwen3:8b`. */
  readonly model: string;
  /** How the model runs, where a request says nothing else: `{ num_ctx: 32768 }`. */
  readonly options?: OllamaModelOptions | undefined;
  /** Whether the model thinks, or how hard, where a request says nothing about reasoning. @defaultValue as the model does by itself */
  readonly think?: OllamaThink | undefined;
  /**
   * How long the server keeps the model in memory: `10m`, or seconds; 0 lets it go at once, -1 never.
   * @defaultValue the server's, five minutes
   */
  readonly keepAlive?: string | number | undefined;
  /**
   * Fetches images by URL and sends their bytes, since Ollama takes no URLs: by `@tako/safe-fetch`, which must be installed
   * and wants Node. `true`, or rules for it. @defaultValue false: an image URL is `unsupported`
   */
  readonly urlPrefetch?: boolean | UrlPrefetchOptions | undefined;
  /**
   * Connect, first event, between events, total. A server that loads a model sends nothing until it is done: `connectMs` ends
   * when it shows in any way that it is there, and the load counts as wait for the first event. A tool call comes whole, so
   * that nothing is heard while the model writes it. An unstreamed answer has the connect and the total limit alone.
   * @defaultValue 30 s, 300 s, 300 s, 600 s
   */
  readonly timeouts?: Timeouts | undefined;
  /** Laid over what is known of the wire; `ollamaCapabilities` asks the server about a model. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue 0; not known for models of ollama.com */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
