/**
 * The endpoints of the current store, asked for once a second while somebody looks.
 */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { EndpointItem, EndpointsReply } from '../records';
import { words } from '../request';
import type { INbtrack } from '../tokens';
import { isLive } from './endpoint_words';

const LIVE_MILLISECONDS = 1000;
/** Where none runs, one may still be started elsewhere. */
const QUIET_MILLISECONDS = 4000;

/** The endpoints, kept up to date while somebody looks. */
export class Endpoints implements IDisposable {
  constructor(private readonly services: INbtrack) {
    services.stores.changed.connect(this.#onStore, this);
    this.#poll = new Poll({
      name: 'nbtrack:endpoints',
      factory: () => this.#ask(),
      frequency: { interval: LIVE_MILLISECONDS, backoff: false, max: QUIET_MILLISECONDS },
      standby: () => !this.#isWatched || document.hidden
    });
  }

  /** Null until they were asked for. */
  get items(): readonly EndpointItem[] | null {
    return this.#items;
  }

  /** Why there is no answer. */
  get problem(): string | null {
    return this.#problem;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#poll.isDisposed;
  }

  /** Why the store cannot be asked; one that is not there yet only has no endpoints. */
  get storeProblem(): string | null {
    const { current } = this.services.stores;
    return current && !current.is_missing ? current.problem : null;
  }

  get isReadOnly(): boolean {
    return this.services.stores.current?.is_read_only ?? false;
  }

  get isWatched(): boolean {
    return this.#isWatched;
  }

  /** Whether somebody looks. */
  set isWatched(isWatched: boolean) {
    this.#isWatched = isWatched;
    if (isWatched) {
      this.refresh();
    }
  }

  /** Ask now. */
  refresh(): void {
    void this.#poll.refresh();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.#poll.dispose();
      this.services.stores.changed.disconnect(this.#onStore, this);
      Signal.clearData(this);
    }
  }

  #onStore(): void {
    const store = this.services.stores.current?.store_id ?? null;
    if (store !== this.#store) {
      this.#store = store;
      this.#items = null;
      this.#problem = null;
    }
    this.refresh();
    this.#changed.emit();
  }

  async #ask(): Promise<void> {
    const { requests, stores } = this.services;
    if (!stores.isKnown) {
      return;
    }
    const store = this.#store;
    try {
      const isThere = stores.current !== null && stores.current.problem === null;
      const found = isThere ? (await requests.get<EndpointsReply>('endpoints')).endpoints : [];
      if (store === this.#store) {
        this.#items = found;
        this.#problem = null;
      }
    } catch (error) {
      this.#problem = words(error);
    }
    if (this.isDisposed) {
      return;
    }
    const isQuiet = this.#items === null || !this.#items.some(isLive);
    const interval = isQuiet ? QUIET_MILLISECONDS : LIVE_MILLISECONDS;
    if (interval !== this.#poll.frequency.interval) {
      this.#poll.frequency = { ...this.#poll.frequency, interval };
    }
    this.#changed.emit();
  }

  #items: readonly EndpointItem[] | null = null;
  #problem: string | null = null;
  #store: string | null = null;
  #isWatched = false;
  #poll: Poll;
  #changed = new Signal<this, void>(this);
}
