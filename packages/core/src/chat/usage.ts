/**
 * What one or more model calls used, in tokens.
 *
 * The detailed counts are parts of the two totals, never beside them: `inputTokens` includes cached
 * input and cache writes, `outputTokens` includes reasoning.
 */
export interface Usage {
  /** All input tokens, those read from and written to a cache included. */
  readonly inputTokens: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens: number;
  /** Input tokens that the vendor read from its prompt cache. */
  readonly cachedInputTokens?: number | undefined;
  /** Input tokens that the vendor wrote to its prompt cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** Output tokens spent on reasoning. */
  readonly reasoningTokens?: number | undefined;
  /** True where the vendor did not report (an aborted call), and the counts are our estimate. */
  readonly estimated?: boolean | undefined;
}

/** Usage of nothing. */
export const noUsage: Usage = { inputTokens: 0, outputTokens: 0 };

/** The sum of two usages. Detailed counts stay absent where neither side has them. */
export function addUsage(left: Usage, right: Usage): Usage {
  return {
    inputTokens: tokenCount(left.inputTokens) + tokenCount(right.inputTokens),
    outputTokens: tokenCount(left.outputTokens) + tokenCount(right.outputTokens),
    ...sum('cachedInputTokens', left, right),
    ...sum('cacheWriteTokens', left, right),
    ...sum('reasoningTokens', left, right),
    ...(left.estimated === true || right.estimated === true ? { estimated: true } : {}),
  };
}

/**
 * A count as a vendor told it, or 0 where it is no number above that: one NaN would poison every sum after it.
 */
export function tokenCount(told: unknown): number {
  return typeof told === 'number' && told > 0 && Number.isFinite(told) ? Math.floor(told) : 0;
}

/** No call has more than a thousand million tokens. */
const mostTokens = 1e9;

/**
 * A count as a vendor told it; `undefined` for what can be none: half a token, fewer than none, or more than any call has,
 * which would eat up a budget.
 */
export function toldTokens(told: unknown): number | undefined {
  const count = told as number; // where it is an integer
  return Number.isInteger(told) && count >= 0 && count <= mostTokens ? count : undefined;
}

function sum(
  key: 'cachedInputTokens' | 'cacheWriteTokens' | 'reasoningTokens',
  left: Usage,
  right: Usage,
): Partial<Usage> {
  if (left[key] === undefined && right[key] === undefined) return {};
  return { [key]: tokenCount(left[key]) + tokenCount(right[key]) };
}
