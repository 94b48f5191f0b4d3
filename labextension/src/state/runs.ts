/**
 * The list of runs: asks for the rows that are seen, and again when they change.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import type { ExperimentItem, ExperimentsReply, FieldsReply, RunRow, RunsReply } from '../records';
import { isGivenUp, RequestError, words } from '../request';
import type { INbtrack } from '../tokens';
import { byCell, byParent, GROUPED, type Line } from './grouping';
import { PAGE, PagedRows } from './paged_rows';
import { type Selection, NOTHING } from './selection';
import { columnsOf, FIRST_VIEW, metricOf, questionOf, type View } from './view';

/** Why the list is not as it should be; `position` is where the filter went wrong. */
export interface Trouble {
  message: string;
  position: number | null;
  isFilter: boolean;
}

/** The status of an answer about a store that is not there. */
const GONE = 404;

const NO_LANGUAGE: FieldsReply = { fields: [], operators: [], words: [] };

/** The runs of the current store as a view asks for them. */
export class RunsModel {
  constructor(private readonly nbtrack: INbtrack) {
    nbtrack.changes.connect((_, change) => {
      this.#heard = Date.now();
      if (change.runs) {
        this.refresh();
      }
    });
    nbtrack.stores.changed.connect(() => this.#storeChanged());
    nbtrack.requests.onlineChanged.connect(() => this.#changed.emit());
  }

  readonly rows = new PagedRows<RunRow>();
  experiments: ExperimentItem[] = [];
  language: FieldsReply = NO_LANGUAGE;
  available: string[] = [];
  trouble: Trouble | null = null;

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get viewChanged(): ISignal<this, View> {
    return this.#viewChanged;
  }

  get view(): View {
    return this.#view;
  }

  get columns(): string[] {
    return columnsOf(this.#view, this.#metric);
  }

  get isLoading(): boolean {
    return this.#asked.size > 0;
  }

  /** Whether the rows answer an earlier question. */
  get isWaiting(): boolean {
    return this.#isNew;
  }

  /** When something was last heard of the store. */
  get heard(): number {
    return this.#heard;
  }

  /** The number of the last change that an answer knew of. */
  get seq(): number {
    return this.#seq;
  }

  get selection(): Selection {
    return this.#selection;
  }

  set selection(selection: Selection) {
    this.#selection = selection;
    this.#changed.emit();
  }

  /** The rows that are selected and here, in the order in which they were selected. */
  get selected(): RunRow[] {
    return this.#selection.ids
      .map(id => this.rows.at(this.rows.indexOf(id)))
      .filter((it): it is RunRow => it !== undefined);
  }

  /** The lines under headings; null while the list is not grouped. */
  lines(title: (row: RunRow) => string): Line[] | null {
    const { grouping } = this.#view;
    if (grouping === 'none') {
      return null;
    }
    const rows = this.rows.between(0, GROUPED - 1);
    return grouping === 'cell' ? byCell(rows, this.#closed, title) : byParent(rows, this.#closed);
  }

  /** Opens or closes a group. */
  fold(key: string): void {
    if (!this.#closed.delete(key)) {
      this.#closed.add(key);
    }
    this.#changed.emit();
  }

  /** Another choice of what is shown. */
  look(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change };
    this.#viewChanged.emit(this.#view);
    this.#restart();
  }

  /** The rows that are seen now; asks for those that are not here. */
  see(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    this.#fetch();
  }

  /** Ask again for what is seen; what is out of sight is asked for when it comes into sight. */
  refresh(): void {
    this.rows.stale();
    if (this.isLoading) {
      this.#isOld = true;
      return;
    }
    this.#fetch();
    void this.#learn();
  }

  /** The language of filters and the experiments, as they are now. */
  async #learn(): Promise<void> {
    if (Date.now() - this.#learnt < 3000 || !this.#isOpen) {
      return;
    }
    this.#learnt = Date.now();
    try {
      const { requests } = this.nbtrack;
      const { experiment_id } = this.#view;
      const [known, language] = await Promise.all([
        requests.get<ExperimentsReply>('experiments'),
        requests.get<FieldsReply>('fields', { experiment_ids: experiment_id })
      ]);
      this.experiments = known.experiments;
      this.language = language;
      this.#changed.emit();
    } catch (error) {
      if (!(error instanceof RequestError)) {
        throw error;
      }
    }
  }

  get #isOpen(): boolean {
    const { current } = this.nbtrack.stores;
    return current !== null && current.problem === null;
  }

  #storeChanged(): void {
    const { stores } = this.nbtrack;
    const store = `${stores.current?.store_id ?? ''}|${stores.current?.problem ?? ''}`;
    const notebook = this.#view.onlyThisNotebook ? stores.notebook : null;
    if (store !== this.#store) {
      this.#store = store;
      this.#learnt = 0;
      this.available = [];
      this.#metric = null;
      this.experiments = [];
      this.#selection = NOTHING;
      this.#restart();
    } else if (notebook !== this.#notebook) {
      this.#restart();
    } else {
      this.#changed.emit();
    }
    this.#notebook = notebook;
  }

  #restart(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#asked.clear();
    this.rows.stale();
    this.#isNew = true;
    this.#notebook = this.#view.onlyThisNotebook ? this.nbtrack.stores.notebook : null;
    this.#fetch();
    void this.#learn();
    this.#changed.emit();
  }

  #fetch(): void {
    if (!this.#isOpen) {
      this.rows.clear();
      return;
    }
    const [first, last] =
      this.#view.grouping === 'none' ? [this.#first, this.#last] : [0, GROUPED - 1];
    const end = this.rows.isKnown && !this.#isNew ? last : Math.min(last, PAGE - 1);
    for (const page of this.rows.missing(Math.min(first, end), end)) {
      if (!this.#asked.has(page)) {
        void this.#page(page);
      }
    }
  }

  async #page(page: number): Promise<void> {
    const { signal } = this.#abort;
    const columns = this.#view.columns || this.#metric ? this.columns : null;
    const question = {
      ...questionOf(this.#view, columns, this.nbtrack.stores.notebook),
      limit: PAGE,
      offset: page * PAGE
    };
    this.#asked.add(page);
    try {
      const reply = await this.nbtrack.requests.post<RunsReply>('runs/search', question, signal);
      this.#asked.delete(page);
      this.#put(page, reply);
    } catch (error) {
      if (isGivenUp(error) || signal.aborted) {
        return;
      }
      this.#asked.delete(page);
      this.#fail(error);
    }
  }

  #put(page: number, reply: RunsReply): void {
    if (this.#isNew) {
      this.#isNew = false;
      this.rows.clear();
    }
    this.trouble = null;
    this.#seq = reply.seq;
    this.rows.put(page, reply.runs, reply.total);
    if (page === 0) {
      this.available = reply.columns;
      this.#metric = metricOf(reply.columns, this.#metric);
    }
    if (this.columns.join('\n') !== reply.shown.join('\n')) {
      this.rows.stale();
    }
    this.#follow();
    this.#changed.emit();
  }

  /** Asks for what became old, or came into sight, while the answer was under way. */
  #follow(): void {
    if (this.#isOld && !this.isLoading) {
      this.#isOld = false;
      this.rows.stale();
      void this.#learn();
    }
    this.#fetch();
  }

  #fail(error: unknown): void {
    const problem = error instanceof RequestError ? error.problem : null;
    const position = problem?.position ?? null;
    if (error instanceof RequestError && error.status === GONE) {
      // The store was taken away: what was in it is no more, and the list of stores says so.
      this.rows.clear();
      void this.nbtrack.stores.refresh().catch(() => undefined);
    }
    if (problem?.error_code !== 'OFFLINE') {
      const isFilter = position !== null || (error instanceof RequestError && error.status === 400);
      this.trouble = { message: words(error), position, isFilter };
    }
    this.#changed.emit();
  }

  #view = FIRST_VIEW;
  #selection = NOTHING;
  #closed = new Set<string>();
  #asked = new Set<number>();
  #abort = new AbortController();
  #first = 0;
  #last = 40;
  #isNew = true;
  #isOld = false;
  #heard = 0;
  #seq = 0;
  #learnt = 0;
  #store = '';
  #notebook: string | null = null;
  #metric: string | null = null;
  #changed = new Signal<this, void>(this);
  #viewChanged = new Signal<this, View>(this);
}
