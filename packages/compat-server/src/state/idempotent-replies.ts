import type { Principal } from '@tako/core';
import { orAborted } from '@tako/core/provider';

import { Refusal, refused } from '../errors/failure.js';
import type { EventStream } from '../http/event-stream.js';
import type { Reply } from '../http/exchange.js';
import { fingerprint } from './fingerprint.js';
import type { StateStore } from './state-store.js';

/** How long a reply can be had again. */
const keptMs = 3_600_000;
/** A longer reply is not kept: who asks again gets another run. */
const mostCharacters = 1_048_576;

/** A request that says by which key it is the same as another one. */
export interface KeyedRequest {
  readonly principal: Principal;
  /** What it asks of: the same key at another route is another request. */
  readonly route: string;
  readonly key: string;
  readonly body: unknown;
  /** Aborts when its client has gone. */
  readonly signal: AbortSignal;
}

/** A reply to be kept. */
interface Kept {
  /** Of the request's body. */
  readonly print: string;
  readonly status: number;
  readonly headers: Reply['headers'];
  readonly body: string;
}

interface Running {
  readonly print: string;
  readonly over: Promise<void>;
}

/**
 * One run for all requests of a caller that have one `Idempotency-Key`: the first is answered, whoever comes meanwhile waits for
 * that answer, and whoever comes later gets it again. What fails or is left before its end is not kept, so the next one tries anew.
 * Two servers that share a store know of each other's finished replies only.
 *
 * After the draft of the IETF's HTTPAPI group, draft-ietf-httpapi-idempotency-key-header (read 2026-11-24).
 */
export class IdempotentReplies {
  readonly #store: StateStore;
  readonly #running = new Map<string, Running>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  /**
   * The reply of the one run.
   *
   * @param isWhole is asked at the end of a stream: whether it ended as it should
   * @throws Refusal for a key that came with another body; what `run` and the store throw; `cancelled` for who has gone
   */
  async once(request: KeyedRequest, run: () => Promise<Reply>, isWhole: () => boolean): Promise<Reply> {
    const { principal, route, key, body, signal } = request;
    const print = await fingerprint(JSON.stringify(body));
    const place = JSON.stringify(['idempotent', principal.userId, route, key]);
    const slot = JSON.stringify([principal.tenantId, place]);
    for (let other = this.#running.get(slot); other !== undefined; other = this.#running.get(slot)) {
      if (other.print !== print) throw new Refusal(otherBody);
      await orAborted(other.over, signal);
    }
    let end = (): void => undefined;
    const mine: Running = { print, over: new Promise((resolve) => (end = resolve)) };
    this.#running.set(slot, mine);
    const leave = (): void => {
      if (this.#running.get(slot) === mine) this.#running.delete(slot);
      end();
    };
    const keep = async (reply: Reply, text: string): Promise<void> => {
      if (reply.status !== 200 || text.length > mostCharacters) return;
      const kept: Kept = { print, status: reply.status, headers: reply.headers, body: text };
      await this.#store.put(principal.tenantId, place, JSON.stringify(kept), keptMs).catch(() => undefined);
    };
    let isStream = false;
    try {
      const text = await this.#store.get(principal.tenantId, place);
      if (text !== undefined) return again(JSON.parse(text) as Kept, print); // written by `keep`
      const reply = await run();
      if (typeof reply.body === 'string') {
        await keep(reply, reply.body);
        return reply;
      }
      isStream = true;
      const whole = async (told: string): Promise<void> => {
        if (isWhole()) await keep(reply, told);
        leave();
      };
      return { ...reply, body: recorded(reply.body, whole, leave) };
    } finally {
      if (!isStream) leave();
    }
  }
}

const otherBody = refused(409, 'idempotency_key_reused', 'This Idempotency-Key was sent with another body before.');

function again({ print, status, headers, body }: Kept, asked: string): Reply {
  if (print !== asked) throw new Refusal(otherBody);
  return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body };
}

/** The same stream; `onEnd` gets all of its text before its end is told, `onLeave` hears that it was left. */
function recorded(stream: EventStream, onEnd: (text: string) => Promise<void>, onLeave: () => void): EventStream {
  let text = '';
  return {
    keepAlive: stream.keepAlive,
    async next() {
      const result = await stream.next();
      if (result.done === true) await onEnd(text);
      else if (text.length <= mostCharacters) text += result.value;
      return result;
    },
    leave() {
      stream.leave();
      onLeave();
    },
  };
}
