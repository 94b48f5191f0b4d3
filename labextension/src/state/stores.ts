/**
 * Which stores there are and which one is looked at.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import type { StoreItem, StoresReply } from '../records';
import { RequestError } from '../request';
import type { IStores, Query } from '../tokens';

type Ask = (path: string, query: Query) => Promise<StoresReply>;

/** The stores that the server knows; the notebook's own one is current unless one was chosen. */
export class Stores implements IStores {
  constructor(private readonly ask: Ask) {}

  get items(): StoreItem[] {
    return this.#items;
  }

  get current(): StoreItem | null {
    const found = (id: string | null): StoreItem | undefined =>
      this.#items.find(it => it.store_id === id);
    return found(this.#chosen) ?? found(this.#ofNotebook) ?? null;
  }

  get notebook(): string | null {
    return this.#notebook;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  get isUnserved(): boolean {
    return this.#isUnserved;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  choose(store_id: string | null): void {
    this.#chosen = store_id;
    this.#changed.emit();
  }

  /** Another notebook came to the front. */
  async follow(notebook: string | null): Promise<void> {
    if (notebook === this.#notebook && this.#isKnown) {
      return;
    }
    this.#notebook = notebook;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const asked = this.#notebook;
    const reply = await this.#asked(asked);
    if (asked !== this.#notebook) {
      return;
    }
    this.#items = reply.stores;
    this.#ofNotebook = reply.current;
    this.#isKnown = true;
    this.#changed.emit();
  }

  async #asked(notebook: string | null): Promise<StoresReply> {
    try {
      const reply = await this.ask('stores', { notebook, store: null });
      this.#isUnserved = false;
      return reply;
    } catch (error) {
      this.#isUnserved = error instanceof RequestError && error.status === 404;
      this.#changed.emit();
      throw error;
    }
  }

  #items: StoreItem[] = [];
  #ofNotebook: string | null = null;
  #chosen: string | null = null;
  #notebook: string | null = null;
  #isKnown = false;
  #isUnserved = false;
  #changed = new Signal<this, void>(this);
}
