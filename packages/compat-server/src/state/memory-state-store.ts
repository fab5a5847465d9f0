import { invalidOptions, systemClock, type Clock } from '@tako/core';

import type { StateStore } from './state-store.js';

/** What bounds a `MemoryStateStore`. */
export interface MemoryStateStoreOptions {
  /** Characters that one tenant may keep. @defaultValue 16777216 */
  readonly maxCharactersPerTenant?: number | undefined;
  /** Characters that all may keep together. @defaultValue 134217728 */
  readonly maxCharacters?: number | undefined;
  /** @defaultValue the platform's */
  readonly clock?: Clock | undefined;
}

interface Kept {
  readonly tenantId: string;
  readonly key: string;
  readonly text: string;
  readonly untilMs: number;
}

/** What an entry costs besides its text. */
const entryCharacters = 256;

/**
 * Keeps state in the memory of the process. Where there is no more room, what was not asked for the longest is forgotten: the
 * tenant's own first, so that nobody pushes out what belongs to others as long as all fit.
 */
export class MemoryStateStore implements StateStore {
  readonly #clock: Clock;
  readonly #mostPerTenant: number;
  readonly #most: number;
  /** All entries, the one that was used last at the end. */
  readonly #kept = new Map<string, Kept>();
  readonly #byTenant = new Map<string, { characters: number; readonly keys: Set<string> }>();
  #characters = 0;

  /** @throws `invalid` for a limit that is no number above 0. */
  constructor(options: MemoryStateStoreOptions = {}) {
    const {
      maxCharactersPerTenant = 16_777_216,
      maxCharacters = 134_217_728,
      clock = systemClock(globalThis),
    } = options;
    for (const [name, value] of Object.entries({ maxCharactersPerTenant, maxCharacters })) {
      if (!(value > 0)) throw invalidOptions('MemoryStateStore', `${name} must be above 0, got ${value}`);
    }
    this.#mostPerTenant = maxCharactersPerTenant;
    this.#most = maxCharacters;
    this.#clock = clock;
  }

  /** How many characters are kept, the cost of entries included. */
  get characters(): number {
    return this.#characters;
  }

  async get(tenantId: string, key: string): Promise<string | undefined> {
    const place = placeOf(tenantId, key);
    const kept = this.#kept.get(place);
    if (kept === undefined) return undefined;
    this.#forget(place, kept);
    if (kept.untilMs <= this.#clock.now()) return undefined;
    this.#remember(place, kept);
    return kept.text;
  }

  async put(tenantId: string, key: string, text: string, ttlMs: number): Promise<void> {
    const place = placeOf(tenantId, key);
    const known = this.#kept.get(place);
    if (known !== undefined) this.#forget(place, known);
    const kept = { tenantId, key, text, untilMs: this.#clock.now() + ttlMs };
    if (costOf(kept) > Math.min(this.#mostPerTenant, this.#most)) return;
    this.#remember(place, kept);
    this.#makeRoom(tenantId);
  }

  async delete(tenantId: string, key: string): Promise<boolean> {
    const place = placeOf(tenantId, key);
    const kept = this.#kept.get(place);
    if (kept === undefined) return false;
    this.#forget(place, kept);
    return kept.untilMs > this.#clock.now();
  }

  #makeRoom(tenantId: string): void {
    const ofTenant = (): number => this.#byTenant.get(tenantId)?.characters ?? 0;
    while (ofTenant() > this.#mostPerTenant) this.#forgetFirst(this.#byTenant.get(tenantId)?.keys ?? []);
    while (this.#characters > this.#most) this.#forgetFirst(this.#kept.keys());
  }

  #forgetFirst(places: Iterable<string>): void {
    for (const place of places) {
      const kept = this.#kept.get(place);
      if (kept !== undefined) this.#forget(place, kept);
      return;
    }
  }

  #remember(place: string, kept: Kept): void {
    this.#kept.set(place, kept);
    const own = this.#byTenant.get(kept.tenantId) ?? { characters: 0, keys: new Set() };
    this.#byTenant.set(kept.tenantId, own);
    own.keys.add(place);
    own.characters += costOf(kept);
    this.#characters += costOf(kept);
  }

  #forget(place: string, kept: Kept): void {
    this.#kept.delete(place);
    this.#characters -= costOf(kept);
    const own = this.#byTenant.get(kept.tenantId);
    if (own === undefined) return;
    own.keys.delete(place);
    own.characters -= costOf(kept);
    if (own.keys.size === 0) this.#byTenant.delete(kept.tenantId);
  }
}

/** JSON keeps the two apart, whatever characters they have. */
function placeOf(tenantId: string, key: string): string {
  return JSON.stringify([tenantId, key]);
}

function costOf({ tenantId, key, text }: Kept): number {
  return text.length + key.length + tenantId.length + entryCharacters;
}
