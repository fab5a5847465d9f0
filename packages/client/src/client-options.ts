import type { Budget } from '@tako/budget';
import type { Provider, ToolSource, Tracer } from '@tako/core';
import type { SingleAgentOptions } from '@tako/orchestrators';
import type { ReliableOptions } from '@tako/reliability';

/** What `new Client` takes. */
export interface ClientOptions {
  /** Providers to be found by their ids. */
  readonly providers?: readonly Provider[] | undefined;
  /** Makes a provider of a vendor for any model: `{ openai: (model) => openai({ model }) }`. Each model is made once. */
  readonly vendors?: { readonly [vendor: string]: (model: string) => Provider } | undefined;
  /** MCP servers whose tools every orchestrator of this client offers. They connect when first needed, once. */
  readonly mcpServers?: readonly ToolSource[] | undefined;
  /** Caps over all calls of this client. */
  readonly budget?: Budget | undefined;
  /**
   * Hears of every run and every model call of this client, outside all other layers. A run that brings a tracer of its own
   * is told to that one. @defaultValue nobody
   */
  readonly tracing?: Tracer | undefined;
  /** Layers around every provider; `false` for none. @defaultValue retry, and a circuit breaker for each provider */
  readonly reliability?: Omit<ReliableOptions, 'budget'> | false | undefined;
}

/** The options of `SingleAgent`, its providers named by id or given as they are. */
export interface ClientAgentOptions<Output = unknown> extends Omit<
  SingleAgentOptions<Output>,
  'provider' | 'candidates'
> {
  /** An id like `openai:gpt-6-luna`, or a provider; either gets the client's layers. */
  readonly provider: string | Provider;
  readonly candidates?: readonly (string | Provider)[] | undefined;
}
