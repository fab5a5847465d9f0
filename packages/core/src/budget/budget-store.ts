/** An amount in both currencies of a budget. */
export interface BudgetAmount {
  /** Billionths of a US dollar, a whole number: sums stay exact. */
  readonly nanoUsd: number;
  /** Input and output tokens together. */
  readonly tokens: number;
}

/** One account that a reservation draws from, and its caps. */
export interface BudgetAccount {
  /** Names the account, for example `day:2026-11-23` or `tenant:acme:2026-11-23`. Any text is safe. */
  readonly key: string;
  readonly maxNanoUsd?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** When the account may be forgotten: milliseconds since 1970-01-01 UTC. */
  readonly expiresAtMs: number;
}

/** What an account holds. */
export interface BudgetBalance {
  readonly spent: BudgetAmount;
  readonly reserved: BudgetAmount;
}

/** A reservation was made, or it names the account that could not bear it. */
export type ReserveResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly account: BudgetAccount; readonly balance: BudgetBalance };

/**
 * Where budgets keep their accounts. Each operation is atomic over all accounts it names: N callers at once never
 * exceed a cap together.
 */
export interface BudgetStore {
  /** Reserves `amount` in every account, or in none. It expires by itself at `expiresAtMs`, when its holder died. */
  reserve(
    id: string,
    amount: BudgetAmount,
    accounts: readonly BudgetAccount[],
    expiresAtMs: number,
  ): Promise<ReserveResult>;
  /** Ends a reservation and books what was really used: zero releases it. Settling twice books once. */
  settle(id: string, used: BudgetAmount, accounts: readonly BudgetAccount[]): Promise<void>;
  /** What an account holds now; zeros for one that is not known. */
  balance(key: string): Promise<BudgetBalance>;
}
