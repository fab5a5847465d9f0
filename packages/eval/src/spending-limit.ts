import { costUsd, TakoError, wrapProvider, type ProviderLayer, type Usage } from '@tako/core';
import { relayStream } from '@tako/core/provider';

/** What one attempt may use, so that candidates are compared at the same price. */
export interface AttemptLimits {
  /** Model calls. @defaultValue no limit */
  readonly maxCalls?: number | undefined;
  /** Input and output tokens. @defaultValue no limit */
  readonly maxTokens?: number | undefined;
  /** US dollars. @defaultValue no limit */
  readonly maxUsd?: number | undefined;
}

/** What an attempt has used. */
export interface Spent {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Absent where a price is not known. */
  costUsd: number | undefined;
}

/**
 * Counts what goes through it, and lets nothing begin once a limit is reached. What is under way then ends as it would
 * have: an orchestrator gives the best answer that it has.
 */
export function spendingLimit(limits: AttemptLimits, spent: Spent): ProviderLayer {
  return (next) =>
    wrapProvider(next, (request, call) => {
      let price = next.price;
      const book = (usage: Usage | undefined): void => {
        if (usage === undefined) return;
        spent.inputTokens += usage.inputTokens;
        spent.outputTokens += usage.outputTokens;
        const cost = price === undefined ? undefined : costUsd(usage, price);
        spent.costUsd = spent.costUsd === undefined || cost === undefined ? undefined : spent.costUsd + cost;
      };
      return relayStream({
        open: () => {
          const limit = reached(limits, spent);
          if (limit !== undefined) {
            throw new TakoError('budget_exhausted', `the limit ${limit} of the attempt is reached`, { source: 'eval' });
          }
          spent.calls++;
          return Promise.resolve({ events: next.stream(request, call) });
        },
        onEvent: (event) => {
          if (event.type === 'start') price = event.answeredBy?.price ?? price;
          else if (event.type === 'attempt') book(event.usage);
        },
        onFinish: ({ usage }) => {
          book(usage);
          if (usage === undefined) spent.costUsd = undefined; // nobody knows what it was
        },
        onFail: (error) => {
          const partial: { partial?: { usage?: Usage } } = Object(error);
          book(partial.partial?.usage);
          return error;
        },
      });
    });
}

function reached(
  { maxCalls = Infinity, maxTokens = Infinity, maxUsd = Infinity }: AttemptLimits,
  spent: Spent,
): string | undefined {
  if (spent.calls >= maxCalls) return 'maxCalls';
  if (spent.inputTokens + spent.outputTokens >= maxTokens) return 'maxTokens';
  return (spent.costUsd ?? 0) >= maxUsd ? 'maxUsd' : undefined;
}
