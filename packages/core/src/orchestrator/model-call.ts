import type { FinishReason } from '../chat/finish-reason.js';
import type { Usage } from '../chat/usage.js';
import type { ErrorCode } from '../error/error-code.js';

/** One model call of a run, for accounts: every call of the tree is listed, failed and aborted ones too. */
export interface ModelCall {
  readonly step: number;
  readonly branch: number;
  readonly providerId: string;
  readonly usage: Usage;
  /** In US dollars; absent where the model's price is not known. */
  readonly costUsd?: number | undefined;
  readonly durationMs: number;
  /** Absent where the call failed. */
  readonly finishReason?: FinishReason | undefined;
  /** Present where the call failed. */
  readonly error?: ErrorCode | undefined;
}
