import type { Capabilities, Clock, Credential, HttpTransport, Price } from '@tako/core';
import type { Timeouts } from '@tako/core/provider';

/** Options of `acmeCorp`. */
export interface AcmeCorpOptions {
  /** The model's name, as the vendor writes it. */
  readonly model: string;
  /** Read at every call. */
  readonly apiKey: Credential;
  /** Without a slash at its end. @defaultValue `https://api.acme-corp.example` */
  readonly baseUrl?: string | undefined;
  /** @defaultValue `defaultTimeouts` of `@tako/core/provider` */
  readonly timeouts?: Timeouts | undefined;
  /** What you know of the model, laid over what this package knows. */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** US dollars per million tokens. Without it no cost is known. */
  readonly price?: Price | undefined;
  /** @defaultValue the platform's `fetch` */
  readonly transport?: HttpTransport | undefined;
  /** @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
}
