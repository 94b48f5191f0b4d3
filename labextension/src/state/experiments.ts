/**
 * The experiments of the current store, and what can be done to them.
 */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ExperimentItem, ExperimentsReply } from '../records';
import { isGivenUp, RequestError, words } from '../request';
import type { INbtrack } from '../tokens';

/** How long the way back from a deletion is offered. */
const UNDO_MILLISECONDS = 15_000;

/** The tag that holds a description. */
const NOTE = 'mlflow.note.content';

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
  filterTrouble: string | null = null;

  /** What the experiments are asked for by, such as `tags.team = 'a'`. */
  get filter(): string {
    return this.#filter;
  }

  set filter(filter: string) {
    if (filter !== this.#filter) {
      this.#filter = filter;
      this.filterTrouble = null;
      this.refresh(true);
    }
  }

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
      this.#offerBack(item.run_count ? told : trans.__('Deleted %1.', item.name), () =>
        this.#do(() => requests.post('experiments/restore', wish))
      );
    }
  }

  /** Sets a tag, or takes it away if the value is null; what is lost can be brought back. */
  async tag(item: ExperimentItem, key: string, value: string | null): Promise<boolean> {
    const { trans } = this.nbtrack;
    const before = item.tags[key];
    if (before === value || !(await this.#put(item, key, value))) {
      return before === value;
    }
    if (before !== undefined) {
      const told =
        value === null
          ? trans.__('Took the tag %1 of %2 away.', key, item.name)
          : trans.__('Changed the tag %1 of %2.', key, item.name);
      this.#offerBack(told, () => this.#put(item, key, before));
    }
    return true;
  }

  /** Writes the description; the one before can be brought back. */
  async describe(item: ExperimentItem, text: string): Promise<boolean> {
    const before = item.description;
    if (before === text || !(await this.#put(item, NOTE, text === '' ? null : text))) {
      return before === text;
    }
    if (before) {
      const told = this.nbtrack.trans.__('Changed the description of %1.', item.name);
      this.#offerBack(told, () => this.#put(item, NOTE, before));
    }
    return true;
  }

  #put(item: ExperimentItem, key: string, value: string | null): Promise<boolean> {
    const path = `experiments/${item.experiment_id}/tags`;
    return this.#do(() => this.nbtrack.requests.post(path, { key, value }));
  }

  #offerBack(told: string, back: () => Promise<boolean>): void {
    Notification.info(told, {
      autoClose: UNDO_MILLISECONDS,
      actions: [{ label: this.nbtrack.trans.__('Undo'), callback: () => void back() }]
    });
  }

  async #name(title: string, okLabel: string, text: string): Promise<string> {
    const label = this.nbtrack.trans.__('Name');
    const { value, button } = await InputDialog.getText({ title, label, text, okLabel });
    return button.accept ? (value ?? '').trim() : '';
  }

  async #ask(): Promise<void> {
    const filter = this.#filter;
    try {
      const reply = await this.nbtrack.requests.get<ExperimentsReply>('experiments', {
        filter: filter || null
      });
      if (filter !== this.#filter) {
        return;
      }
      this.items = reply.experiments;
      this.trouble = this.filterTrouble = null;
    } catch (error) {
      if (isGivenUp(error) || filter !== this.#filter) {
        return;
      }
      const isWrong = filter !== '' && error instanceof RequestError && error.status === 400;
      this.filterTrouble = isWrong ? words(error) : null;
      this.trouble = isWrong ? null : words(error);
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
  #filter = '';
  #asked = 0;
  #later: number | undefined;
  #changed = new Signal<this, void>(this);
}
