import type { AssistantMessage } from '../message/message.js';
import type { WarningEvent } from './chat-event.js';
import type { FinishReason } from './finish-reason.js';
import type { Usage } from './usage.js';

/** A model's whole answer: what its events come to. */
export interface ChatResponse {
  readonly message: AssistantMessage;
  readonly finishReason: FinishReason;
  /** The vendor's own word for `finishReason`. */
  readonly rawFinishReason?: string | undefined;
  /** Absent where the vendor reports none. */
  readonly usage?: Usage | undefined;
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined;
  /** The model that answered, as the vendor names it. */
  readonly model?: string | undefined;
  readonly warnings: readonly WarningEvent[];
}
