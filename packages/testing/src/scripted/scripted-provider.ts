import {
  attachPartial,
  cancelled,
  CONTRACT,
  isTakoError,
  providerError,
  ResponseBuilder,
  systemClock,
  unknownCapabilities,
  type Call,
  type Capabilities,
  type ChatEvent,
  type ChatRequest,
  type Clock,
  type PartialResult,
  type Price,
  type Provider,
} from '@tako/core';

import { eventsIn, replyActions, type ReplyAction } from './reply-events.js';
import type { Reply, Script } from './script.js';
import { sleep } from './sleep.js';

/** Options of `scriptedProvider`. */
export interface ScriptedProviderOptions {
  /** @defaultValue `scripted:model` */
  readonly id?: string | undefined;
  /** Laid over capabilities of which nothing is known. @defaultValue none */
  readonly capabilities?: Partial<Capabilities> | undefined;
  /** @defaultValue not known */
  readonly price?: Price | undefined;
  /** What pauses wait on. @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
  /** Whether calls are kept in `calls`. Benchmarks turn it off, to keep no memory. @defaultValue true */
  readonly keepCalls?: boolean | undefined;
}

/** One call that a scripted provider got. */
export interface ScriptedCall {
  /** The request with a copy of its list of messages; the messages themselves are the caller's own objects. */
  readonly request: ChatRequest;
  readonly call: Call;
}

/** A provider that says what it was told to say. */
export interface ScriptedProvider extends Provider {
  /** Every call whose stream was begun, in order. */
  readonly calls: readonly ScriptedCall[];
  /** The requests of `calls`. */
  readonly requests: readonly ChatRequest[];
  /** @throws an `Error` that says how many replies are left over, or how many calls found none. */
  assertComplete(): void;
}

/**
 * A provider for tests.
 *
 * ```ts
 * const provider = scriptedProvider([
 *   [think('They want the weather.'), callTool('weather', { city: 'Oslo' })],
 *   [chunks('It rains in Oslo.', 4), usage({ inputTokens: 40, outputTokens: 6 })],
 * ]);
 * ```
 *
 * It obeys the contract where the script does: nothing happens before the first event is asked for, the stream ends
 * with one `finish` or throws with `partial`, an abort throws `cancelled` at the next event, no listener or timer stays.
 * A call for which there is no reply throws `invalid`.
 */
export function scriptedProvider(script: Script, options: ScriptedProviderOptions = {}): ScriptedProvider {
  const { id = 'scripted:model', capabilities, price, clock = systemClock(globalThis), keepCalls = true } = options;
  const calls: ScriptedCall[] = [];
  let begun = 0;
  let toolCalls = 0;

  /** The next reply, spelt out. */
  const nextActions = async (request: ChatRequest, call: Call): Promise<readonly ReplyAction[]> => {
    const next = typeof script === 'function' ? script : script[begun];
    begun++;
    if (keepCalls) calls.push({ request: { ...request, messages: [...request.messages] }, call });
    if (next === undefined) {
      throw providerError('invalid', `${id}: call ${begun} has no reply; the script has ${script.length}`);
    }
    const reply: Reply = typeof next === 'function' ? await next(request, call) : next;
    return replyActions(reply, () => `call_${++toolCalls}`);
  };

  async function* stream(request: ChatRequest, call: Call): AsyncGenerator<ChatEvent, void, undefined> {
    const { signal } = call;
    if (signal.aborted) throw cancelled(signal.reason, { content: [] });
    let actions: readonly ReplyAction[] = [];
    let told = 0;
    try {
      actions = await nextActions(request, call);
      for (const action of actions) {
        if (signal.aborted) throw signal.reason;
        if (!('step' in action)) {
          yield action;
          told++;
        } else if (action.step === 'deltas') {
          const { event: type, index, deltas } = action;
          for (const text of deltas) {
            if (signal.aborted) throw signal.reason;
            yield { type, index, text };
            told++;
          }
        } else if (action.step === 'pause') await sleep(action.ms, clock, signal);
        else if (action.step === 'fail') throw action.error;
        else return;
      }
    } catch (error) {
      const failure = signal.aborted ? cancelled(signal.reason) : error;
      // What is not ours is thrown as it is: a test may want to see what a faulty provider does to its consumer.
      throw isTakoError(failure) ? attachPartial(failure, partialOf(eventsIn(actions, told))) : failure;
    }
  }

  return {
    contract: CONTRACT,
    id,
    capabilities: { ...unknownCapabilities, ...capabilities },
    price,
    stream,
    calls,
    get requests() {
      return calls.map((entry) => entry.request);
    },
    assertComplete() {
      if (typeof script === 'function') return;
      const left = script.length - begun;
      if (left > 0) throw new Error(`${id}: ${left} of ${script.length} replies were not asked for`);
      if (left < 0) throw new Error(`${id}: ${-left} calls found no reply; the script has ${script.length}`);
    },
  };
}

/** What the consumer got so far: put together only when something fails, so that telling costs nothing. */
function partialOf(told: readonly ChatEvent[]): PartialResult {
  const builder = new ResponseBuilder();
  for (const event of told) builder.add(event);
  return builder.partial();
}
