/**
 * A page in the main area that follows its store, and rests while nobody sees it.
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';

import type { Change } from '../records';
import type { INbtrack } from '../tokens';

/** What a page shows: it can be refreshed, and says when it is another. */
export interface IPageModel {
  readonly changed: ISignal<IPageModel, void>;
  isTouched(change: Change): boolean;
  refresh(): void;
  dispose(): void;
}

/** The part that all pages share; each draws itself from its model. */
export abstract class LivePage<T extends IPageModel> extends ReactWidget {
  constructor(
    protected readonly services: INbtrack,
    readonly model: T,
    private readonly store_id: string | null
  ) {
    super();
    this.addClass('nbtrack-Page');
    this.node.tabIndex = -1;
    model.changed.connect(this.#onModel, this);
    services.changes.connect(this.#onChange, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.services.changes.disconnect(this.#onChange, this);
      this.model.changed.disconnect(this.#onModel, this);
      this.model.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.model.refresh();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (this.#isStale) {
      this.#isStale = false;
      this.model.refresh();
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  /** Whether nothing may be written to the page's store. */
  protected get isReadOnly(): boolean {
    const { items, current } = this.services.stores;
    const own = items.find(it => it.store_id === this.store_id) ?? current;
    return own?.is_read_only ?? false;
  }

  /** Say in the tab what the page shows now. */
  protected abstract name(): void;

  #onModel(): void {
    this.name();
    this.update();
  }

  #onChange(_: INbtrack, change: Change): void {
    const isOurs = this.store_id === null || change.store_id === this.store_id;
    if (!isOurs || !this.model.isTouched(change)) {
      return;
    }
    if (this.isVisible) {
      this.model.refresh();
    } else {
      this.#isStale = true;
    }
  }

  #isStale = false;
}
