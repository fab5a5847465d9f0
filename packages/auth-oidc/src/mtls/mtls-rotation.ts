import type { Clock } from '@tako/core';
import { withDeadline } from '@tako/core/provider';

import type { HttpsSender } from '../https-sender.js';
import type { MtlsReload } from '../introspection/introspection-options.js';
import { clientIdentity, isSameIdentity, type ClientIdentity, type MtlsIdentity } from './client-identity.js';
import type { IdentityLoader } from './mtls-source.js';

/** What keeps a client certificate fresh. */
export interface MtlsRotationOptions {
  readonly source: string;
  readonly loader: IdentityLoader;
  /** What the loader gave first. */
  readonly first: ClientIdentity;
  readonly sender: HttpsSender;
  readonly onReload: ((outcome: MtlsReload) => void) | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** How often files are read. Cheap, and sure where notices of change are not: links to links, network file systems. */
const filesEveryMs = 10_000;
const functionAtLeastMs = 60_000;
const functionAtMostMs = 86_400_000;
/** How long a request that failed waits for a fresh identity, and how long after a reload none is asked for. */
const freshWithinMs = 2_000;
const freshCoolDownMs = 5_000;

/**
 * Keeps the client certificate of a sender fresh: reads files every 10 seconds, asks a function again when 80 % of the
 * certificate's time is over. A certificate that cannot be had, or is bad, changes nothing.
 */
export class MtlsRotation {
  readonly #options: MtlsRotationOptions;
  /** Came from the loader last. One that a person set by hand stays until the loader gives another one than this. */
  #loaded: ClientIdentity;
  #triedAtMs = -Infinity;
  #lastFailure: string | undefined;
  #loading: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  readonly #closing = new AbortController();

  constructor(options: MtlsRotationOptions) {
    this.#options = options;
    this.#loaded = options.first;
    this.#plan(true);
  }

  /** Uses another identity from now on. @throws `invalid` for a bad one: then the old one stays */
  use(identity: MtlsIdentity): void {
    const { sender, source } = this.#options;
    sender.replaceIdentity(clientIdentity(identity, source));
  }

  /** Gets a fresh identity now, if there is where to get one. Waits 2 seconds for it, and never throws but when the signal aborts. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { source, clock, loader } = this.#options;
    if (loader.kind === 'fixed' || this.#closing.signal.aborted) return;
    const sinceMs = clock.now() - this.#triedAtMs;
    if (this.#loading === undefined && sinceMs >= 0 && sinceMs < freshCoolDownMs) return;
    const loading = this.#load();
    // Too slow: the request has failed already, and says why.
    await withDeadline({ source, timeoutMs: freshWithinMs, clock, signal }, () => loading).catch(() => undefined);
    signal.throwIfAborted();
  }

  close(): void {
    this.#closing.abort();
    this.#callOff?.();
  }

  /** Resolves also when loading fails. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<void> {
    const { source, loader, sender, timeoutMs, clock } = this.#options;
    this.#triedAtMs = clock.now();
    this.#callOff?.();
    let isGood = false;
    try {
      const { signal } = this.#closing;
      const identity = await withDeadline({ source, what: 'the client certificate', timeoutMs, clock, signal }, () =>
        loader.load(),
      );
      isGood = true;
      this.#lastFailure = undefined;
      if (!isSameIdentity(this.#loaded, identity)) {
        sender.replaceIdentity(identity);
        this.#loaded = identity;
        this.#tell({ type: 'reloaded', notAfterMs: identity.notAfterMs });
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      // Files that stay bad are told about once.
      if (!this.#closing.signal.aborted && message !== this.#lastFailure) this.#tell({ type: 'failed', error });
      this.#lastFailure = message;
    } finally {
      this.#plan(isGood);
    }
  }

  #plan(isGood: boolean): void {
    const { loader, clock } = this.#options;
    if (this.#closing.signal.aborted || loader.kind === 'fixed') return;
    const untilDue = (this.#loaded.notAfterMs - clock.now()) * 0.8;
    const inMs =
      loader.kind === 'files'
        ? filesEveryMs
        : isGood
          ? Math.min(functionAtMostMs, Math.max(functionAtLeastMs, untilDue))
          : functionAtLeastMs;
    this.#callOff = clock.after(inMs, () => void this.#load());
  }

  #tell(outcome: MtlsReload): void {
    try {
      this.#options.onReload?.(outcome);
    } catch {
      // Whoever listens must not stop the rotation.
    }
  }
}
