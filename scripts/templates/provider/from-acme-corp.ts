import type { FinishReason, Usage } from '@tako/core/provider';

/** How a generation ended, as the vendor tells it. */
export interface AcmeCorpOutcome {
  readonly reason: string;
  readonly tokens_in: number;
  readonly tokens_out: number;
}

/** The vendor's reason in our words. One that we do not know is `other`; the vendor's word is kept beside it. */
export function fromAcmeCorpReason(reason: string): FinishReason {
  switch (reason) {
    case 'complete':
      return 'stop';
    case 'max_tokens':
      return 'length';
    case 'withheld':
      return 'content_filter';
    default:
      return 'other';
  }
}

/** The vendor's counts in ours. */
export function fromAcmeCorpUsage({ tokens_in, tokens_out }: AcmeCorpOutcome): Usage {
  return { inputTokens: tokens_in, outputTokens: tokens_out };
}
