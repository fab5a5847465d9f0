import {
  CONTRACT,
  estimateUsage,
  invalidOptions,
  isTakoError,
  noUsage,
  systemClock,
  textOf,
  toTakoError,
  type Call,
  type ChatEvent,
  type ChatRequest,
  type Clock,
  type Provider,
  type Verdict,
  type Verifier,
} from '@tako/core';

import { asksOf, type AsksModels } from '../asks.js';
import { askVerifier } from '../verifiers/ask-verifier.js';
import { answeredBy } from './answered-by.js';
import { capabilitiesOfAny, highestPrice } from './capabilities-of-any.js';
import { failedTry, readDraft, rejected, throwIfAborted, type Draft } from './draft.js';
import { eligible, type EligibleOptions } from './eligible.js';
import { SideCalls } from './side-calls.js';

/** One model of a cascade. */
export interface CascadeStep {
  readonly provider: Provider;
  /** An answer of this model with such a score is taken, 0 to 1. The last model's answer is taken whatever it is. @defaultValue 0.7 */
  readonly minScore?: number | undefined;
}

/** What `cascade` takes. */
export interface CascadeOptions extends EligibleOptions {
  /** The cheapest first. */
  readonly steps: readonly CascadeStep[];
  /** Scores the answers of all but the last. */
  readonly verifier: Verifier;
  /** Longest judgement, in milliseconds. @defaultValue 120000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue `cascade:auto` */
  readonly id?: string | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

/**
 * Asks a cheap model first, and a better one only where a verifier is not content: FrugalGPT's cascade, as a provider that
 * goes wherever a provider goes.
 *
 * Models that cannot take the request are left out first (`eligible`). The drafts of all but the last model are held back
 * until they are judged; the last one's answer streams, unjudged. Answers that call tools are taken as they are, cut ones
 * are not. Drafts that were not taken, and what the verifier asked of models, are told as `attempt` events and paid for.
 *
 * A model that fails, or a verifier that fails, hangs or gives a score that is none, leads to the next model, by an
 * `attempt` or the warning `verifier_failed`. When the last model fails before its first word, the best draft that was
 * judged is the answer, with the warning `escalation_failed`.
 *
 * @throws `invalid` for options that cannot work. The stream throws what `eligible` throws; `cancelled`; what the last model
 *   throws.
 * @see https://arxiv.org/abs/2305.05176 (read 2026-11-23)
 */
export function cascade(options: CascadeOptions): Provider & AsksModels {
  const { steps, verifier, id = 'cascade:auto' } = options;
  if (steps.length === 0) throw invalidOptions('cascade', 'there are no steps');
  for (const { provider, minScore = 0 } of steps) {
    if (!(minScore >= 0 && minScore <= 1)) {
      throw invalidOptions('cascade', `minScore of ${provider.id} must be 0 to 1, got ${minScore}`);
    }
  }
  const providers = steps.map(({ provider }) => provider);
  const judging = asksOf([verifier]);
  return {
    contract: CONTRACT,
    id,
    capabilities: capabilitiesOfAny(providers),
    price: highestPrice(providers),
    asks: judging && [
      ...providers.map((worker) => ({ worker, calls: 1 })),
      ...judging.map(({ worker, calls }) => ({ worker, calls: calls * (steps.length - 1) })),
    ],
    stream: (request, call) => answerInSteps(options, request, call),
  };
}

async function* answerInSteps(
  options: CascadeOptions,
  request: ChatRequest,
  call: Call,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { steps, verifier, timeoutMs, clock = systemClock(globalThis) } = options;
  throwIfAborted(call);
  const candidates = steps.map(({ provider }) => provider);
  const able = await eligible({ request, step: 0, candidates }, call, options).catch((error: unknown) => {
    throw toTakoError(error, 'invalid', 'cascade: an option threw', { source: 'cascade' });
  });
  const left = steps.filter(({ provider }) => able.includes(provider));
  const side = new SideCalls(clock);
  let best: { readonly draft: Draft; readonly score: number } | undefined;

  for (const [at, { provider, minScore = 0.7 }] of left.entries()) {
    if (at === left.length - 1) {
      yield* lastAnswer(provider, request, call, best?.draft);
      return;
    }
    const draft = yield* readDraft(provider, request, call);
    if (draft === undefined) continue;
    const { message, finishReason } = draft.response;
    if (message.content.some(({ type }) => type === 'tool_call')) {
      if (best !== undefined) yield rejected(best.draft, request);
      yield* answeredBy(provider, draft.events);
      return;
    }
    let verdict: Verdict | undefined;
    if (finishReason === 'stop') {
      try {
        const attempt = { messages: request.messages, text: textOf(message) };
        verdict = await askVerifier(verifier, attempt, side.within(call), { timeoutMs, clock });
      } catch (error) {
        yield* side.giveUp();
        if (call.signal.aborted) yield rejected(draft, request);
        throwIfAborted(call);
        const { code } = toTakoError(error, 'invalid', 'the verifier threw');
        const why = `the answer of ${provider.id} could not be judged (${code}); the next model is asked`;
        yield { type: 'warning', code: 'verifier_failed', message: why };
      }
    }
    yield* side.take();
    if (verdict !== undefined && verdict.score >= minScore) {
      if (best !== undefined) yield rejected(best.draft, request);
      yield* answeredBy(provider, draft.events);
      return;
    }
    // The best draft may still become the answer, and is not told before it is clear that it does not.
    const isBest = verdict !== undefined && verdict.score > (best?.score ?? -1);
    const beaten = isBest ? best?.draft : draft;
    if (beaten !== undefined) yield rejected(beaten, request);
    if (verdict !== undefined && isBest) best = { draft, score: verdict.score };
  }
}

/** Streams the last model's answer; where it fails before its first content, the best draft takes its place. */
async function* lastAnswer(
  provider: Provider,
  request: ChatRequest,
  call: Call,
  best: Draft | undefined,
): AsyncGenerator<ChatEvent, void, undefined> {
  if (best === undefined) {
    yield* answeredBy(provider, provider.stream(request, call));
    return;
  }
  const held: ChatEvent[] = [];
  let hasContent = false;
  try {
    for await (const event of answeredBy(provider, provider.stream(request, call))) {
      if (hasContent || event.type === 'attempt') yield event;
      else if (event.type === 'start' || event.type === 'usage' || event.type === 'warning') held.push(event);
      else {
        hasContent = true;
        yield rejected(best, request);
        yield* held;
        yield event;
      }
    }
  } catch (error) {
    if (hasContent) throw error;
    yield failedTry(provider, error, held.length > 0 ? estimateUsage(request, []) : noUsage);
    if (call.signal.aborted) yield rejected(best, request);
    throwIfAborted(call);
    const code = isTakoError(error) ? error.code : 'provider';
    const why = `${provider.id} failed (${code}); the best draft, of ${best.payee.id}, is the answer`;
    yield { type: 'warning', code: 'escalation_failed', message: why };
    yield* answeredBy(best.payee, best.events);
  }
}
