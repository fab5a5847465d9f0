import type { Price, Provider } from '@tako/core';

import type { Asked, AsksModels } from '../asks.js';
import { inTurn, nothing, oneOf, product, times, type Bound } from './bound.js';
import type { Situation } from './situation.js';

/** What one call of a provider uses: of one that asks others in its turn (`routed`, `cascade`), what these use. */
export function boundOfModel(provider: Provider, situation: Situation): Bound {
  if (!('asks' in provider)) return boundOfCall(provider, situation);
  const { asks } = provider as AsksModels; // whoever has the field means it so
  const bound = boundOfAsked(asks, situation, provider.id, true);
  if (asks === undefined) return inTurn(bound, boundOfCall(provider, situation));
  return { ...bound, perCall: bound.calls, atOnce: 1 };
}

function boundOfCall({ id, price, capabilities }: Provider, situation: Situation): Bound {
  const { contextTokens = Infinity } = capabilities;
  const inputTokens = Math.min(situation.promptTokens, contextTokens);
  const outputTokens = Math.min(situation.maxOutputTokens ?? Infinity, capabilities.maxOutputTokens ?? Infinity);
  const { inputUsd, outputUsd } = dearest(price);
  const usd = product(inputTokens, inputUsd) + product(outputTokens, outputUsd);
  const unknown = new Set<string>();
  if (price === undefined) unknown.add(`${id}: its price is not known`);
  else if (outputTokens === Infinity && outputUsd > 0) {
    unknown.add(`${id}: its longest answer is not known; set maxOutputTokens`);
  }
  if (price !== undefined && inputTokens === Infinity && inputUsd > 0) {
    unknown.add(`${id}: its prompt may grow without end (tool results, say), and its context is not known`);
  }
  const share = { calls: 1, usd };
  return {
    ...share,
    dearestUsd: usd,
    perCall: 1,
    atOnce: 1,
    replyTokens: outputTokens,
    byProvider: new Map([[id, share]]),
    unknown,
  };
}

/** US dollars for one token: of all that a vendor may bill it as, the dearest. */
function dearest(price: Price | undefined): { readonly inputUsd: number; readonly outputUsd: number } {
  if (price === undefined) return { inputUsd: Infinity, outputUsd: Infinity };
  const { inputUsdPerMillion, cachedInputUsdPerMillion = 0, cacheWriteUsdPerMillion = 0 } = price;
  const { outputUsdPerMillion, reasoningUsdPerMillion = 0 } = price;
  return {
    inputUsd: Math.max(inputUsdPerMillion, cachedInputUsdPerMillion, cacheWriteUsdPerMillion) / 1e6,
    outputUsd: Math.max(outputUsdPerMillion, reasoningUsdPerMillion) / 1e6,
  };
}

/**
 * What judges and routers use that were asked beside an answer.
 *
 * @param isAnswer whether what they say is the answer, in the caller's form
 */
export function boundOfAsked(
  asks: readonly Asked[] | undefined,
  situation: Situation,
  who: string,
  isAnswer = false,
): Bound {
  if (asks === undefined) return { ...nothing, unknown: new Set([`${who}: what it asks of models is not known`]) };
  const own = isAnswer ? situation : { ...situation, maxOutputTokens: undefined, hasTools: false };
  const bound = inTurn(
    ...asks.map(({ worker, calls }) =>
      times(oneOf(...[worker].flat().map((each) => situation.boundOf(each, own))), calls),
    ),
  );
  // A panel asks all of its judges at the same time.
  return { ...bound, atOnce: bound.calls };
}
