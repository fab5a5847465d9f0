/** Where telemetry goes, and how much of it. */
export interface OtlpTarget {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly headers: { readonly [name: string]: string };
  readonly resource: { readonly [name: string]: string | number | boolean };
  /** Of traces that are kept, 0 to 1. */
  readonly share: number;
  /** Absent where metrics are not wanted. */
  readonly metricsEveryMs: number | undefined;
  readonly maxQueuedSpans: number;
}
