/**
 * The registered models of the current store: the list, the one that is open, and what is done.
 */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  Change,
  ModelItem,
  ModelReply,
  ModelsReply,
  PromotionReply,
  PromotionWish,
  RegisteredReply,
  RollbackWish,
  SignatureReply
} from '../records';
import { words } from '../request';
import type { INbtrack } from '../tokens';

const QUIET_MILLISECONDS = 150;

/** The models, kept up to date while somebody looks. */
export class Models implements IDisposable {
  constructor(private readonly services: INbtrack) {
    services.changes.connect(this.#onChange, this);
    services.stores.changed.connect(this.#onStore, this);
  }

  /** Null until they were asked for. */
  get items(): readonly ModelItem[] | null {
    return this.#items;
  }

  /** The name of the model that is open. */
  get opened(): string | null {
    return this.#opened;
  }

  /** The model that is open; null until it was answered. */
  get page(): ModelReply | null {
    return this.#page;
  }

  /** Why there is no answer. */
  get problem(): string | null {
    return this.#problem;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Why the store cannot be asked; one that is not there yet only has no models. */
  get storeProblem(): string | null {
    const { current } = this.services.stores;
    return current && !current.is_missing ? current.problem : null;
  }

  get isReadOnly(): boolean {
    return this.services.stores.current?.is_read_only ?? false;
  }

  /** Whether somebody looks; what changes meanwhile is asked for when somebody does. */
  set isWatched(isWatched: boolean) {
    this.#isWatched = isWatched;
    if (isWatched && this.#isDue) {
      this.refresh();
    }
  }

  refresh(): void {
    this.#isDue = true;
    if (this.#isWatched) {
      void this.#asking.invoke().catch(() => undefined);
    }
  }

  /** Open a model, or go back to the list. */
  open(name: string | null): void {
    this.#opened = name;
    this.#page = null;
    this.#problem = null;
    this.#changed.emit();
    this.#isDue = true;
    this.refresh();
  }

  async promote(name: string, wish: PromotionWish): Promise<PromotionReply> {
    return this.#act(`models/${name}/promote`, wish);
  }

  async rollback(name: string, wish: RollbackWish): Promise<PromotionReply> {
    return this.#act(`models/${name}/rollback`, wish);
  }

  /** Give an alias to a version, or take it away. */
  async setAlias(name: string, alias: string, version: string | null): Promise<void> {
    await this.#act<ModelReply>(`models/${name}/alias`, { alias, version });
  }

  async describe(name: string, description: string, version: string | null = null): Promise<void> {
    await this.services.requests.patch<ModelReply>(`models/${name}`, { description, version });
    this.refresh();
  }

  async signature(name: string, version: string): Promise<SignatureReply> {
    return this.services.requests.get<SignatureReply>(
      `models/${name}/versions/${version}/signature`
    );
  }

  async register(model_id: string, name: string): Promise<RegisteredReply> {
    return this.#act('models/register', { model_id, name });
  }

  dispose(): void {
    if (!this.#isDisposed) {
      this.#isDisposed = true;
      this.#asking.dispose();
      this.services.changes.disconnect(this.#onChange, this);
      this.services.stores.changed.disconnect(this.#onStore, this);
      Signal.clearData(this);
    }
  }

  async #act<T>(path: string, wish: object): Promise<T> {
    const reply = await this.services.requests.post<T>(path, wish);
    this.refresh();
    return reply;
  }

  #onChange(_: INbtrack, change: Change): void {
    if (change.models) {
      this.refresh();
    }
  }

  #onStore(): void {
    const { current } = this.services.stores;
    const store = current && current.store_id;
    if (store !== this.#store) {
      this.#store = store;
      this.#items = null;
      this.#opened = null;
      this.#page = null;
    }
    this.refresh();
    this.#changed.emit();
  }

  async #ask(): Promise<void> {
    const { requests, stores } = this.services;
    if (!stores.isKnown) {
      return;
    }
    this.#isDue = false;
    const name = this.#opened;
    try {
      if (stores.current === null || stores.current.problem !== null) {
        this.#items = [];
      } else if (name === null) {
        this.#items = (await requests.get<ModelsReply>('models')).models;
      } else {
        const page = await requests.get<ModelReply>(`models/${name}`);
        this.#page = name === this.#opened ? page : this.#page;
      }
      this.#problem = null;
    } catch (error) {
      this.#problem = words(error);
      this.#isDue = true;
    }
    if (!this.#isDisposed) {
      this.#changed.emit();
    }
  }

  #items: readonly ModelItem[] | null = null;
  #opened: string | null = null;
  #page: ModelReply | null = null;
  #problem: string | null = null;
  #store: string | null = null;
  #isWatched = false;
  #isDue = true;
  #isDisposed = false;
  #asking = new Debouncer(() => this.#ask(), QUIET_MILLISECONDS);
  #changed = new Signal<this, void>(this);
}
