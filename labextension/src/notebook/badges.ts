/**
 * The badges of one notebook: one request for all of its cells, a widget at each that has a run.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget, type PanelLayout } from '@lumino/widgets';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';

import type { CellItem, CellsQuestion, CellsReply } from '../records';
import type { INbtrack } from '../tokens';
import { Badge } from './badge';
import type { Tracking } from './tracking';

const QUIET_MILLISECONDS = 200;

/** A badge, and the widget that holds it in the layout of its cell. */
interface Placed {
  badge: Badge;
  widget: Widget;
}

type Cell = NotebookPanel['content']['widgets'][number];

/** What the badges are told. */
export interface BadgeOptions {
  services: INbtrack;
  tracking: Tracking;
  isShown: () => boolean;
}

/** The newest runs of a notebook's cells, shown below the cells. */
export class Badges implements IDisposable {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly options: BadgeOptions
  ) {
    const { services, tracking } = options;
    services.changes.connect(this.#onChange, this);
    services.stores.changed.connect(this.refresh, this);
    tracking.changed.connect(this.draw, this);
    panel.content.modelContentChanged.connect(this.#onContent, this);
    panel.disposed.connect(this.dispose, this);
    void panel.context.ready.then(() => this.refresh());
  }

  /** The cells that have runs. */
  get items(): ReadonlyMap<string, CellItem> {
    return this.#items;
  }

  /** How many runs the cells of the notebook have. */
  get runCount(): number {
    let count = 0;
    for (const it of this.#items.values()) {
      count += it.run_count;
    }
    return count;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Ask again, once what happens now is over. */
  refresh(): void {
    void this.#asking.invoke().catch(() => undefined);
  }

  /** Put a badge at each cell that has a run, and take the others away. */
  draw(): void {
    if (this.#isDisposed || this.panel.isDisposed) {
      return;
    }
    const stale = this.options.tracking.facts?.stale ?? {};
    const isShown = this.options.isShown();
    for (const cell of this.panel.content.widgets) {
      const item = isShown ? this.#items.get(cell.model.id) : undefined;
      const placed = this.#badges.get(cell);
      if (item) {
        this.#at(cell).display(item, stale[cell.model.id] ?? null);
      } else if (placed) {
        placed.widget.dispose();
        this.#badges.delete(cell);
      }
    }
  }

  dispose(): void {
    if (this.#isDisposed) {
      return;
    }
    this.#isDisposed = true;
    this.#asking.dispose();
    this.#drawing.dispose();
    const { services, tracking } = this.options;
    services.changes.disconnect(this.#onChange, this);
    services.stores.changed.disconnect(this.refresh, this);
    tracking.changed.disconnect(this.draw, this);
    Signal.clearData(this);
  }

  #at(cell: Cell): Badge {
    const known = this.#badges.get(cell);
    if (known) {
      return known.badge;
    }
    const { services } = this.options;
    const badge = new Badge(services.trans, run_id => services.actions.run.openRun(run_id));
    const widget = new Widget({ node: badge.node });
    this.#badges.set(cell, { badge, widget });
    // A cell out of sight is laid out when it comes into view; what is added before lands above it.
    void cell.ready.then(() => {
      if (!widget.isDisposed && !cell.isDisposed) {
        (cell.layout as PanelLayout).addWidget(widget);
      }
    });
    return badge;
  }

  #onChange(_: INbtrack, change: { runs: boolean }): void {
    if (change.runs) {
      this.refresh();
    }
  }

  #onContent(): void {
    const ids = this.#codeCells();
    if (ids.length !== this.#asked.size || ids.some(it => !this.#asked.has(it))) {
      this.refresh();
    } else {
      void this.#drawing.invoke().catch(() => undefined); // a cell that was moved is a new widget
    }
  }

  #codeCells(): string[] {
    const model = this.panel.content.model;
    return [...(model?.cells ?? [])].filter(it => it.type === 'code').map(it => it.id);
  }

  async #ask(): Promise<void> {
    const { requests, stores } = this.options.services;
    if (this.#isDisposed || !stores.isKnown || !this.#isCurrent()) {
      return;
    }
    const cell_ids = this.#codeCells();
    this.#asked = new Set(cell_ids);
    const question: CellsQuestion = { cell_ids };
    const isAnswerable = stores.current?.problem === null && cell_ids.length > 0;
    const reply = isAnswerable ? await requests.post<CellsReply>('cells', question) : { cells: [] };
    this.#items = new Map(reply.cells.map(it => [it.cell_id, it]));
    this.draw();
    this.#changed.emit();
  }

  /** Whether the current store is the one of this notebook. */
  #isCurrent(): boolean {
    const { path } = this.panel.context;
    const { notebook } = this.options.services.stores;
    return notebook !== null && (path === notebook || path.endsWith(`:${notebook}`));
  }

  #items = new Map<string, CellItem>();
  #asked = new Set<string>();
  #badges = new WeakMap<Cell, Placed>();
  #asking = new Debouncer(() => this.#ask(), QUIET_MILLISECONDS);
  #drawing = new Debouncer(() => this.draw(), QUIET_MILLISECONDS);
  #isDisposed = false;
  #changed = new Signal<this, void>(this);
}
