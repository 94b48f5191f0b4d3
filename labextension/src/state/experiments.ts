/**
 * The experiments of the current store, and what can be done to them.
 */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ExperimentItem, ExperimentsReply } from '../records';
import { isGivenUp, words } from '../request';
import type { INbtrack } from '../tokens';

/** How long the way back from a deletion is offered. */
const UNDO_MILLISECONDS = 15_000;

/** While runs are logged the counts change all the time; they are asked for this often. */
const AT_MOST_EVERY_MILLISECONDS = 3_000;

/** The experiments, asked for while somebody looks at them. */
export class ExperimentsModel {
  constructor(private readonly nbtrack: INbtrack) {
    nbtrack.changes.connect((_, change) => {
      if (change.runs) {
        this.refresh();
      }
    });
    nbtrack.stores.changed.connect(() => {
      const { current } = nbtrack.stores;
      const store = `${current?.store_id ?? ''}|${current?.problem ?? ''}`;
      if (store !== this.#store) {
        this.#store = store;
        this.items = null;
        this.refresh(true);
      }
    });
  }

  /** Null until they are known. */
  items: ExperimentItem[] | null = null;
  trouble: string | null = null;
  isSeen = false;

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Whether there is a store that can be asked. */
  get isOpen(): boolean {
    return this.nbtrack.stores.current?.problem === null;
  }

  /** Ask again, unless nobody looks or it was asked just now. */
  refresh(isUrgent = false): void {
    if (!this.isSeen || !this.isOpen) {
      this.#changed.emit();
      return;
    }
    const wait = isUrgent ? 0 : this.#asked + AT_MOST_EVERY_MILLISECONDS - Date.now();
    if (wait > 0) {
      this.#later ??= window.setTimeout(() => this.refresh(), wait);
      return;
    }
    window.clearTimeout(this.#later);
    this.#later = undefined;
    this.#asked = Date.now();
    void this.#ask();
  }

  async create(): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const name = await this.#name(trans.__('New experiment'), trans.__('Create'), '');
    if (name) {
      await this.#do(() => requests.post('experiments', { name }));
    }
  }

  async rename(item: ExperimentItem): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const title = trans.__('Rename %1', item.name);
    const name = await this.#name(title, trans.__('Rename'), item.name);
    if (name && name !== item.name) {
      await this.#do(() => requests.patch(`experiments/${item.experiment_id}`, { name }));
    }
  }

  async delete(item: ExperimentItem): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const wish = { experiment_ids: [item.experiment_id] };
    if (await this.#do(() => requests.post('experiments/delete', wish))) {
      const told = trans._n(
        'Deleted %2 with a run.',
        'Deleted %2 with %1 runs.',
        item.run_count,
        item.name
      );
      Notification.info(item.run_count ? told : trans.__('Deleted %1.', item.name), {
        autoClose: UNDO_MILLISECONDS,
        actions: [
          {
            label: trans.__('Undo'),
            callback: () => void this.#do(() => requests.post('experiments/restore', wish))
          }
        ]
      });
    }
  }

  async #name(title: string, okLabel: string, text: string): Promise<string> {
    const label = this.nbtrack.trans.__('Name');
    const { value, button } = await InputDialog.getText({ title, label, text, okLabel });
    return button.accept ? (value ?? '').trim() : '';
  }

  async #ask(): Promise<void> {
    try {
      const { experiments } = await this.nbtrack.requests.get<ExperimentsReply>('experiments');
      this.items = experiments;
      this.trouble = null;
    } catch (error) {
      if (isGivenUp(error)) {
        return;
      }
      this.trouble = words(error);
    }
    this.#changed.emit();
  }

  /** Does it and asks for the list again; says why if it fails. */
  async #do(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      this.refresh(true);
      return true;
    } catch (error) {
      Notification.error(words(error), { autoClose: false });
      return false;
    }
  }

  #store = '';
  #asked = 0;
  #later: number | undefined;
  #changed = new Signal<this, void>(this);
}
