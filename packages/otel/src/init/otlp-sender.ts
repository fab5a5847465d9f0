/** What became of what was sent. What is to be sent `again` may come with how long the collector wants to be left alone. */
export type Sent =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'again'; readonly afterMs?: number | undefined; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Carries requests to a collector, whatever they say. */
export interface OtlpSender {
  /** Never rejects, and ends within ten seconds. */
  readonly traces: (body: Uint8Array) => Promise<Sent>;
  readonly metrics: (body: Uint8Array) => Promise<Sent>;
  close(): void;
}

/** How long a collector may take to answer, in milliseconds: the default of OTLP exporters. */
export const answerTimeoutMs = 10_000;

/** The same, which never rejects: what throws before anything is sent would throw again. */
export function settled(send: (body: Uint8Array) => Promise<Sent>): (body: Uint8Array) => Promise<Sent> {
  return async (body) => {
    try {
      return await send(body);
    } catch (error) {
      return { outcome: 'refused', reason: error instanceof Error ? error.message : 'it cannot be sent' };
    }
  };
}
