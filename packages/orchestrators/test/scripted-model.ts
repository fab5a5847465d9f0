import {
  cancelled,
  unknownCapabilities,
  type Call,
  type Capabilities,
  type ChatEvent,
  type ChatRequest,
  type FinishReason,
  type Price,
  type Provider,
  type Usage,
} from '@tako/core';

/** A piece of an answer: told, thrown, or (a function) awaited before the next piece. */
export type Piece = ChatEvent | Error | ((call: Call) => unknown);

/** What every finished answer of a script uses. */
export const usagePerAnswer: Usage = { inputTokens: 10, outputTokens: 5 };
/** 10 input and 5 output tokens cost 20 USD: round figures to add up. */
export const price: Price = { inputUsdPerMillion: 1_000_000, outputUsdPerMillion: 2_000_000 };

export interface ScriptedModel extends Provider {
  /** What was asked, each as it was at that moment. */
  readonly requests: readonly ChatRequest[];
  readonly calls: readonly Call[];
  /** Streams that were opened and are not closed. */
  readonly openStreams: number;
}

export interface ScriptedModelOptions {
  readonly id?: string;
  /** `null` for a model whose price is not known. */
  readonly price?: Price | null;
  readonly capabilities?: Partial<Capabilities>;
}

/** A model that gives these answers, one after the other. It does not look at its signal: the loop must. */
export function scriptedModel(
  answers: readonly (readonly Piece[])[],
  options: ScriptedModelOptions = {},
): ScriptedModel {
  const requests: ChatRequest[] = [];
  const calls: Call[] = [];
  let openStreams = 0;
  return {
    contract: 1,
    id: options.id ?? 'test:model',
    price: options.price === null ? undefined : (options.price ?? price),
    capabilities: { ...unknownCapabilities, ...options.capabilities },
    requests,
    calls,
    get openStreams() {
      return openStreams;
    },
    async *stream(request, call) {
      const answer = answers[requests.length];
      requests.push({ ...request, messages: [...request.messages] });
      calls.push(call);
      if (answer === undefined) throw new Error(`the script has ${answers.length} answers only`);
      openStreams++;
      try {
        for (const piece of answer) {
          if (piece instanceof Error) throw piece;
          if (typeof piece === 'function') await piece(call);
          else yield piece;
        }
      } finally {
        openStreams--;
      }
    },
  };
}

export function text(value: string, index = 0): ChatEvent {
  return { type: 'text_delta', index, text: value };
}

export function finish(finishReason: FinishReason = 'stop', usage: Usage | undefined = usagePerAnswer): ChatEvent {
  return { type: 'finish', finishReason, usage };
}

/** An answer in words. */
export function say(value: string, finishReason: FinishReason = 'stop'): Piece[] {
  return [text(value), finish(finishReason)];
}

export type ScriptedCall = readonly [id: string, name: string, args?: string];

/** The events of tool calls; the arguments come in two deltas. */
export function toolCallEvents(calls: readonly ScriptedCall[], firstIndex = 0): ChatEvent[] {
  return calls.flatMap(([id, name, args = '{}'], at): ChatEvent[] => {
    const index = firstIndex + at;
    const half = Math.ceil(args.length / 2);
    return [
      { type: 'tool_call_start', index, id, name },
      { type: 'tool_call_delta', index, argumentsDelta: args.slice(0, half) },
      { type: 'tool_call_delta', index, argumentsDelta: args.slice(half) },
      { type: 'tool_call_end', index, arguments: args },
    ];
  });
}

/** An answer that calls tools. */
export function callTools(...calls: readonly ScriptedCall[]): Piece[] {
  return [...toolCallEvents(calls), finish('tool_calls')];
}

/** Hangs until the call is aborted, and fails then, as a provider does. */
export function untilAborted({ signal }: Call): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(cancelled(signal.reason));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
