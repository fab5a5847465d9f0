import type { FinishReason } from '@tako/core';

/** Why the model stopped, by the vendor's word. Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons (read 2026-11-23). */
export function toFinishReason(reason: string | undefined): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool_calls';
    case 'refusal':
      return 'content_filter';
    default:
      return 'other'; // `pause_turn`, of tools that the vendor runs, among them
  }
}
