/** Four limits that are apart, in milliseconds. `Infinity` turns one off. */
export interface Timeouts {
  /** Until the vendor has answered with headers. */
  readonly connectMs?: number | undefined;
  /** From there to the first event with content. Keep-alive comments do not count. */
  readonly firstEventMs?: number | undefined;
  /** Between two events, while somebody waits for the next. Keep-alive comments do not count. */
  readonly betweenEventsMs?: number | undefined;
  /** The whole call. */
  readonly totalMs?: number | undefined;
}

/** What holds where a provider's user says nothing: 30 s, 120 s, 60 s, 600 s. */
export const defaultTimeouts: Required<{ readonly [Limit in keyof Timeouts]: number }> = {
  connectMs: 30_000,
  firstEventMs: 120_000,
  betweenEventsMs: 60_000,
  totalMs: 600_000,
};
