import type { ErrorCode } from '@tako/core';
import type { TcpFaults } from '@tako/testing';

import { failsHalfway, failure, garbage, half, hello, onlyComments, silence, type Answer } from './vendor.js';

/** What a caller sees: an answer, or an error with what was received before it. */
export type Seen =
  | { readonly text: string }
  | {
      readonly code: ErrorCode;
      /** Text that came before the failure. @defaultValue none */
      readonly partial?: string;
      readonly limit?: string;
      readonly retryAfterMs?: number;
    };

/** One fault: a row of the table in docs/reliability.md. */
export interface Fault {
  /** The row's first cell. */
  readonly title: string;
  /** The vendor's answers in turn; the last one again and again. @defaultValue `hello` */
  readonly vendor?: readonly Answer[];
  /** On the network, until the first try has failed. */
  readonly network?: TcpFaults;
  /** On the network, from the moment that the caller has heard text. */
  readonly onceHeard?: TcpFaults;
  /** Nobody listens where the vendor should be, until the first try has failed. */
  readonly refused?: true;
  /** Of the provider alone. */
  readonly alone: Seen;
  /** Through `reliable`, with a budget. */
  readonly layered: Seen;
  /** Requests that the vendor gets through `reliable`. */
  readonly tries: number;
  /** What the budget holds afterwards, in tokens; a range where it is an estimate. */
  readonly booked: number | { readonly from: number; readonly to: number };
}

const answered: Seen = { text: 'Hello' };
/** A prompt of a few words and `Hel`, by estimate. */
const estimated = { from: 1, to: 40 };

export const faults: readonly Fault[] = [
  {
    title: 'latency, small pieces',
    network: { latencyMs: 2, pieceBytes: 40 },
    alone: answered,
    layered: answered,
    tries: 1,
    booked: 12,
  },
  { title: 'connection refused', refused: true, alone: { code: 'transport' }, layered: answered, tries: 1, booked: 12 },
  {
    title: 'reset before an answer',
    network: { breakOff: { afterBytes: 0, how: 'reset' } },
    alone: { code: 'transport' },
    layered: answered,
    tries: 1,
    booked: 12,
  },
  {
    title: 'reset in the headers',
    network: { breakOff: { afterBytes: 20, how: 'reset' } },
    alone: { code: 'transport' },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: 'accepted and never answered',
    network: { blackHole: true },
    alone: { code: 'timeout', limit: 'connect' },
    layered: answered,
    tries: 1,
    booked: 12,
  },
  {
    title: 'reset in mid-frame',
    vendor: [half],
    onceHeard: { breakOff: { afterBytes: 0, how: 'reset' } },
    alone: { code: 'transport', partial: 'Hel' },
    layered: { code: 'transport', partial: 'Hel' },
    tries: 1,
    booked: estimated,
  },
  {
    title: 'closed in mid-frame',
    vendor: [half],
    onceHeard: { breakOff: { afterBytes: 0, how: 'close' } },
    alone: { code: 'transport', partial: 'Hel' },
    layered: { code: 'transport', partial: 'Hel' },
    tries: 1,
    booked: estimated,
  },
  {
    title: 'half-closed in mid-frame',
    vendor: [half],
    onceHeard: { breakOff: { afterBytes: 0, how: 'half_close' } },
    alone: { code: 'transport', partial: 'Hel' },
    layered: { code: 'transport', partial: 'Hel' },
    tries: 1,
    booked: estimated,
  },
  {
    title: 'silence in mid-frame',
    vendor: [half],
    alone: { code: 'timeout', partial: 'Hel', limit: 'betweenEvents' },
    layered: { code: 'timeout', partial: 'Hel', limit: 'betweenEvents' },
    tries: 1,
    booked: estimated,
  },
  {
    title: 'vendor hangs before its headers',
    vendor: [silence, hello],
    alone: { code: 'timeout', limit: 'connect' },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: 'vendor sends comments and no event',
    vendor: [onlyComments, hello],
    alone: { code: 'timeout', limit: 'firstEvent' },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: 'error in mid-stream',
    vendor: [failsHalfway],
    alone: { code: 'overloaded', partial: 'Hel' },
    layered: { code: 'overloaded', partial: 'Hel' },
    tries: 1,
    booked: estimated,
  },
  {
    title: 'garbage in place of a stream',
    vendor: [garbage, hello],
    alone: { code: 'malformed_response' },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: '429 with `retry-after`',
    vendor: [failure(429, { 'retry-after-ms': '30' }), hello],
    alone: { code: 'rate_limited', retryAfterMs: 30 },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: '429 with a `retry-after` beyond the deadline',
    vendor: [failure(429, { 'retry-after': '3600' })],
    alone: { code: 'rate_limited', retryAfterMs: 3_600_000 },
    layered: { code: 'rate_limited', retryAfterMs: 3_600_000 },
    tries: 1,
    booked: 0,
  },
  {
    title: '500 once',
    vendor: [failure(500), hello],
    alone: { code: 'provider' },
    layered: answered,
    tries: 2,
    booked: 12,
  },
  {
    title: 'storm of 529',
    vendor: [failure(529)],
    alone: { code: 'overloaded' },
    layered: { code: 'overloaded' },
    tries: 3,
    booked: 0,
  },
  { title: '401', vendor: [failure(401)], alone: { code: 'auth' }, layered: { code: 'auth' }, tries: 1, booked: 0 },
  {
    title: '400',
    vendor: [failure(400)],
    alone: { code: 'invalid' },
    layered: { code: 'invalid' },
    tries: 1,
    booked: 0,
  },
];
