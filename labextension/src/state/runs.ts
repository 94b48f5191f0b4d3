/**
 * The list of runs: asks for the rows that are seen, and again when they change.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  ExperimentItem,
  ExperimentsReply,
  FieldsReply,
  GroupsReply,
  RunRow,
  RunsQuestion,
  RunsReply
} from '../records';
import { isGivenUp, RequestError, words } from '../request';
import type { INbtrack } from '../tokens';
import { GroupedRuns, type Wanted } from './grouped_runs';
import type { Line } from './grouping';
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
  readonly grouped = new GroupedRuns();
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
      .map(id => this.rows.at(this.rows.indexOf(id)) ?? this.grouped.rowOf(id))
      .filter((it): it is RunRow => it !== undefined);
  }

  get isGrouped(): boolean {
    return this.#view.grouping !== 'none';
  }

  /** Whether an answer came of how many runs there are. */
  get isKnown(): boolean {
    return this.isGrouped ? this.grouped.groups.isKnown : this.rows.isKnown;
  }

  /** How many runs there are. */
  get total(): number {
    return this.isGrouped ? this.grouped.total : this.rows.total;
  }

  get lineCount(): number {
    return this.isGrouped ? this.grouped.lineCount : this.rows.total;
  }

  /** A line of the list; undefined while its page is under way. */
  lineAt(index: number): Line | undefined {
    if (this.isGrouped) {
      return this.grouped.lineAt(index);
    }
    const row = this.rows.at(index);
    return row && { kind: 'run', row, depth: 0 };
  }

  /** Opens or closes a group. */
  fold(key: string): void {
    this.grouped.fold(key);
    this.#fetch();
    this.#changed.emit();
  }

  /** Another choice of what is shown. */
  look(change: Partial<View>): void {
    if (change.grouping !== undefined && change.grouping !== this.#view.grouping) {
      this.grouped.reset();
      this.rows.clear();
    }
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
    this.#stale();
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
    this.#stale();
    this.#isNew = true;
    this.#notebook = this.#view.onlyThisNotebook ? this.nbtrack.stores.notebook : null;
    this.#fetch();
    void this.#learn();
    this.#changed.emit();
  }

  #stale(): void {
    this.rows.stale();
    this.grouped.stale();
  }

  #clear(): void {
    this.rows.clear();
    this.grouped.clear();
  }

  #fetch(): void {
    if (!this.#isOpen) {
      this.#clear();
      return;
    }
    for (const wanted of this.#wanted()) {
      if (!this.#asked.has(JSON.stringify(wanted))) {
        void this.#page(wanted);
      }
    }
  }

  /** The pages to ask for; of another question the first one alone, until its answer is here. */
  #wanted(): Wanted[] {
    const [first, last] = [this.#first, this.#last];
    if (this.isGrouped) {
      return this.#isNew ? [{ key: null, page: 0 }] : this.grouped.wanted(first, last);
    }
    const end = this.rows.isKnown && !this.#isNew ? last : Math.min(last, PAGE - 1);
    return this.rows.missing(Math.min(first, end), end).map(page => ({ key: null, page }));
  }

  async #page(wanted: Wanted): Promise<void> {
    const { signal } = this.#abort;
    const columns = this.#view.columns || this.#metric ? this.columns : null;
    const question = {
      ...questionOf(this.#view, columns, this.nbtrack.stores.notebook),
      limit: PAGE,
      offset: wanted.page * PAGE
    };
    const name = JSON.stringify(wanted);
    this.#asked.add(name);
    try {
      const put = await this.#ask(wanted, question, signal);
      this.#asked.delete(name);
      put();
    } catch (error) {
      if (isGivenUp(error) || signal.aborted) {
        return;
      }
      this.#asked.delete(name);
      this.#fail(error, wanted.key);
    }
  }

  /** Asks; gives what puts the answer to the others. */
  async #ask({ key, page }: Wanted, runs: RunsQuestion, signal: AbortSignal): Promise<() => void> {
    const { requests } = this.nbtrack;
    const by = this.#view.grouping;
    if (!this.isGrouped) {
      const reply = await requests.post<RunsReply>('runs/search', runs, signal);
      return () => this.#put(page, reply, () => this.rows.put(page, reply.runs, reply.total));
    }
    if (key !== null) {
      const reply = await requests.post<RunsReply>('runs/members', { runs, by, key }, signal);
      return () =>
        this.#put(page, reply, () => this.grouped.putMembers(key, page, reply.runs, reply.total));
    }
    const reply = await requests.post<GroupsReply>('runs/groups', { runs, by }, signal);
    const { groups, group_count, total } = reply;
    return () =>
      this.#put(page, reply, () => this.grouped.putGroups(page, groups, group_count, total));
  }

  #put(
    page: number,
    reply: { seq: number; columns: string[]; shown: string[] },
    put: () => void
  ): void {
    if (this.#isNew) {
      this.#isNew = false;
      this.#clear();
    }
    this.trouble = null;
    this.#seq = reply.seq;
    put();
    if (page === 0) {
      this.available = reply.columns;
      this.#metric = metricOf(reply.columns, this.#metric);
    }
    if (this.columns.join('\n') !== reply.shown.join('\n')) {
      this.#stale();
    }
    this.#follow();
    this.#changed.emit();
  }

  /** Asks for what became old, or came into sight, while the answer was under way. */
  #follow(): void {
    if (this.#isOld && !this.isLoading) {
      this.#isOld = false;
      this.#stale();
      void this.#learn();
    }
    this.#fetch();
  }

  #fail(error: unknown, key: string | null): void {
    if (key !== null && error instanceof RequestError && error.status === GONE) {
      this.grouped.drop(key);
      this.#follow();
      this.#changed.emit();
      return;
    }
    const problem = error instanceof RequestError ? error.problem : null;
    const position = problem?.position ?? null;
    if (error instanceof RequestError && error.status === GONE) {
      // The store was taken away: what was in it is no more, and the list of stores says so.
      this.#clear();
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
  #asked = new Set<string>();
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
