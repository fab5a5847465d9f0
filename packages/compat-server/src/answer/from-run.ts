import {
  noUsage,
  providerError,
  TakoError,
  tokenCount,
  type ChatEvent,
  type FinishReason,
  type RunEvent,
  type RunResult,
  type Usage,
} from '@tako/core';

/** How a run is told. */
export interface RunTellerOptions {
  /** Whether text before the last step is left out, as where the answer must be JSON. */
  readonly onlyLastStep: boolean;
  /** What the run had used before it was resumed: the client was told of that already. @defaultValue nothing */
  readonly before?: Usage | undefined;
}

/**
 * Tells a run as one model's answer, event by event. Tools of the server run inside and do not show; calls of client tools are
 * told at the end, when it is certain that they wait for the client. Texts of several steps are one text, with an empty
 * line between.
 */
export class RunTeller {
  readonly #onlyLastStep: boolean;
  readonly #before: Usage;
  #index = -1;
  #open: 'text' | 'reasoning' | undefined;
  #textStep = -1;
  #hasText = false;
  #held = '';

  constructor({ onlyLastStep, before = noUsage }: RunTellerOptions) {
    this.#onlyLastStep = onlyLastStep;
    this.#before = before;
  }

  /** @throws `policy_denied` where the run waits for an approval: nobody can give it here; `provider` where the vendor failed. */
  tell(event: RunEvent): readonly ChatEvent[] {
    switch (event.type) {
      case 'text_delta':
        return this.#text(event.step, event.text);
      case 'reasoning_delta':
        return event.text === '' ? [] : [{ type: 'reasoning_delta', index: this.#part('reasoning'), text: event.text }];
      case 'finish':
        return this.#finish(event.result);
      default:
        return [];
    }
  }

  #text(step: number, text: string): readonly ChatEvent[] {
    if (text === '') return [];
    const isNewStep = this.#hasText && step !== this.#textStep;
    this.#textStep = step;
    this.#hasText = true;
    if (this.#onlyLastStep) {
      this.#held = isNewStep ? text : this.#held + text;
      return [];
    }
    return [{ type: 'text_delta', index: this.#part('text'), text: isNewStep ? `\n\n${text}` : text }];
  }

  #finish(result: RunResult): readonly ChatEvent[] {
    const events: ChatEvent[] = [];
    const untold = this.#onlyLastStep ? this.#held : this.#hasText ? '' : result.text;
    if (untold !== '') events.push({ type: 'text_delta', index: this.#part('text'), text: untold });
    for (const { toolCallId: id, name, arguments: text, waitsFor } of result.pending) {
      if (waitsFor === 'approval') throw waitsForApproval();
      const index = ++this.#index;
      this.#open = undefined;
      events.push({ type: 'tool_call_start', index, id, name }, { type: 'tool_call_end', index, arguments: text });
    }
    events.push({
      type: 'finish',
      finishReason: finishReasonOf(result),
      usage: usageSince(this.#before, result.usage),
    });
    return events;
  }

  #part(kind: 'text' | 'reasoning'): number {
    if (this.#open !== kind) this.#index++;
    this.#open = kind;
    return this.#index;
  }
}

function waitsForApproval(): TakoError {
  return new TakoError('policy_denied', 'a tool call waits for an approval, which cannot be given over this API');
}

/** Why the answer ends, as it was: an answer that a limit cut off is no finished one. */
function finishReasonOf({ stopReason }: RunResult): FinishReason {
  switch (stopReason) {
    case 'final':
    case 'guard':
    case 'stop_condition':
      return 'stop';
    case 'max_steps':
    case 'budget':
    case 'length':
      return 'length';
    case 'content_filter':
    case 'tool_calls':
      return stopReason;
    case 'approval':
      throw waitsForApproval();
    case 'error':
      throw providerError('provider', 'the vendor said that the generation failed');
    default:
      stopReason satisfies never; // a reason newer than this file
      return 'other';
  }
}

/** What was used since a moment. Counts that never fall: less than nothing is nothing. */
function usageSince(before: Usage, now: Usage): Usage {
  const since = (field: 'cachedInputTokens' | 'cacheWriteTokens' | 'reasoningTokens'): Partial<Usage> =>
    now[field] === undefined ? {} : { [field]: tokenCount(now[field] - (before[field] ?? 0)) };
  return {
    ...now,
    inputTokens: tokenCount(now.inputTokens - before.inputTokens),
    outputTokens: tokenCount(now.outputTokens - before.outputTokens),
    ...since('cachedInputTokens'),
    ...since('cacheWriteTokens'),
    ...since('reasoningTokens'),
  };
}
