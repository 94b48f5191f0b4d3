/**
 * The services behind INbtrack, put together from requests, stores, events and actions.
 */
import { Notification } from '@jupyterlab/apputils';
import type { Event, ServiceManager } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Change } from '../records';
import { Requests } from '../request';
import type { INbtrack } from '../tokens';
import { Actions } from './actions';
import { Stores } from './stores';

const SCHEMA = 'https://schema.nbtrack.org/events/change/v1';

/** Requests, stores, changes and actions of nbtrack. */
export class Services implements INbtrack {
  constructor(
    manager: ServiceManager.IManager,
    readonly trans: TranslationBundle
  ) {
    this.requests = new Requests(
      manager.serverSettings,
      () => this.stores.current?.store_id ?? null
    );
    this.stores = new Stores((path, query) => this.requests.get(path, query));
    this.actions = new Actions(name => {
      Notification.warning(trans.__('“%1” is not available here.', name));
    });
    manager.events.stream.connect((_, emission) => this.#take(emission));
    this.requests.onlineChanged.connect((_, isOnline) => {
      if (isOnline) {
        this.changeAll();
      }
    });
  }

  readonly requests: Requests;
  readonly stores: Stores;
  readonly actions: Actions;

  get changes(): ISignal<this, Change> {
    return this.#changes;
  }

  /** The number of the last change that came as an event. */
  get seq(): number {
    return this.#seq;
  }

  /** Say that anything may be another than it was. */
  changeAll(): void {
    const store_id = this.stores.current?.store_id ?? '';
    this.#changes.emit({ store_id, seq: this.#seq, runs: true, run_ids: [], models: true });
  }

  #take(emission: Event.Emission): void {
    if (emission.schema_id !== SCHEMA) {
      return;
    }
    const change = emission as unknown as Change;
    const { current, items } = this.stores;
    if (change.store_id !== current?.store_id) {
      if (!items.some(it => it.store_id === change.store_id)) {
        this.#ask();
      }
      return;
    }
    if (current.problem !== null) {
      this.#ask();
    }
    this.#seq = change.seq;
    const { store_id, seq, runs = false, run_ids = [], models = false } = change;
    this.#changes.emit({ store_id, seq, runs, run_ids, models });
  }

  /** A store may be there now that was not, or be well again. */
  #ask(): void {
    this.stores.refresh().catch(() => undefined);
  }

  #seq = 0;
  #changes = new Signal<this, Change>(this);
}
