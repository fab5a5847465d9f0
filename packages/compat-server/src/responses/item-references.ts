import { Refusal, refused } from '../errors/failure.js';
import type { ModelDoor } from '../http/model-door.js';
import type { StoredResponse } from './stored-responses.js';

/** So many stored responses are looked up for one request. */
const mostLookups = 256;

/**
 * The body with the items that it only names (`item_reference`) in full, as the AI SDK sends them. An item's id holds the id of
 * its response; nobody finds items of somebody else's.
 *
 * @throws Refusal for an item that is not kept: a history with holes would be answered as if it had none.
 */
export async function withItems(body: unknown, { responses, principal }: ModelDoor): Promise<unknown> {
  if (typeof body !== 'object' || body === null || !('input' in body) || !Array.isArray(body.input)) return body;
  const items: readonly unknown[] = body.input;
  if (!items.some(isReference)) return body;
  const found = new Map<string, StoredResponse | undefined>();
  const input: unknown[] = [];
  for (const [at, item] of items.entries()) {
    if (!isReference(item)) {
      input.push(item);
      continue;
    }
    const [, responseId = ''] = /^[a-z]{2,3}_(resp_[0-9a-f]{32})_\d{1,5}$/.exec(item.id) ?? [];
    if (!found.has(responseId) && found.size < mostLookups) {
      // One after the other: who names many must not have them all in memory at a time for nothing.
      found.set(responseId, await responses.find(principal, responseId));
    }
    const kept = found.get(responseId)?.response.output.find(({ id }) => id === item.id);
    if (kept === undefined) throw unknownItem(at);
    input.push(kept);
  }
  return { ...body, input };
}

function isReference(item: unknown): item is { readonly type: 'item_reference'; readonly id: string } {
  if (typeof item !== 'object' || item === null || !('type' in item) || item.type !== 'item_reference') return false;
  return 'id' in item && typeof item.id === 'string';
}

function unknownItem(at: number): Refusal {
  return new Refusal(
    refused(404, 'item_not_found', 'An item that the input names does not exist, or is not kept any more.', {
      param: `input[${at}]`,
    }),
  );
}
