import { invalidOptions } from '@tako/core';

import type { BodyLimits } from '../body/read-request-body.js';
import type { InFlightLimits } from './in-flight.js';
import type { OpenAIServiceOptions } from './server-options.js';

/** All numbers of the options, with every default filled in. */
export interface SettledLimits extends BodyLimits, InFlightLimits {
  readonly writeTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly responseTtlMs: number;
  readonly maxMessages: number;
  readonly maxTools: number;
  readonly maxFailedAuthsPerMinute: number;
}

/** @throws `invalid` for a limit that is no number of at least 1. */
export function settledLimits(options: OpenAIServiceOptions): SettledLimits {
  const { limits = {}, keepAliveMs = 15_000, responseTtlMs = 86_400_000 } = options;
  const {
    maxBodyBytes = 10 * 1024 * 1024,
    maxDepth = 64,
    maxKeys = 50_000,
    maxItems = 200_000,
    maxMessages = 10_000,
    maxTools = 512,
    bodyTimeoutMs = 30_000,
    writeTimeoutMs = 60_000,
    maxInFlight = 2_048,
    maxInFlightPerTenant = 256,
    maxFailedAuthsPerMinute = 100,
  } = limits;
  const settled = {
    maxBodyBytes,
    maxDepth,
    maxKeys,
    maxItems,
    maxMessages,
    maxTools,
    bodyTimeoutMs,
    writeTimeoutMs,
    maxInFlight,
    maxInFlightPerTenant,
    maxFailedAuthsPerMinute,
    keepAliveMs,
    responseTtlMs,
  };
  for (const [name, value] of Object.entries(settled)) {
    if (!(value >= 1)) throw invalidOptions('serveOpenAI', `${name} must be at least 1, got ${value}`);
  }
  return settled;
}
