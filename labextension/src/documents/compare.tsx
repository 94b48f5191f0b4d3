/**
 * A comparison of runs in the main area.
 */
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import { Signal, type ISignal } from '@lumino/signaling';

import { compareIcon } from '../icons';
import { ChartChoice } from '../state/charts';
import type { INbtrack } from '../tokens';
import { CompareModel } from './compare_model';
import { ComparePage } from './compare_page';
import { LivePage } from './live_page';
import { StoreReader } from './store_reader';

/** Which runs of which store, and what of them is shown. */
export interface IComparePlace {
  readonly run_ids: readonly string[];
  readonly store_id: string | null;
  readonly tab?: string;
}

/** The comparison as a widget. */
export class CompareDocument extends LivePage<CompareModel> {
  constructor(
    services: INbtrack,
    private readonly opened: IComparePlace,
    state: IStateDB | null
  ) {
    const reader = new StoreReader(services.requests, opened.store_id);
    const charts = new ChartChoice(state, opened.store_id);
    const model = new CompareModel(reader, opened.run_ids, services.trans, charts);
    super(services, model, opened.store_id);
    this.#tab = opened.tab ?? 'table';
    this.#slots = new Map(opened.run_ids.map((id, index) => [id, index]));
    this.title.icon = compareIcon;
    this.title.closable = true;
    this.name();
  }

  /** What to open again after a reload. */
  get place(): IComparePlace {
    return { ...this.opened, run_ids: this.model.run_ids, tab: this.#tab };
  }

  /** Emitted when another tab was chosen or a run taken out. */
  get placeChanged(): ISignal<this, void> {
    return this.#placeChanged;
  }

  protected override render(): JSX.Element {
    return (
      <ComparePage
        model={this.model}
        slots={this.#slots}
        openRun={this.#openRun}
        trans={this.services.trans}
        tab={this.#tab}
        chooseTab={this.showTab}
      />
    );
  }

  protected override name(): void {
    const { trans } = this.services;
    const names = this.model.runs.value?.map(reply => reply.run.run_name) ?? [];
    this.title.label = trans.__('Compare %1 runs', this.model.run_ids.length);
    this.title.caption = names.join(', ');
    if (this.model.run_ids.length !== this.#count) {
      this.#count = this.model.run_ids.length;
      this.#placeChanged.emit();
    }
  }

  readonly #openRun = (run_id: string): void => this.services.actions.run.openRun(run_id);

  /** Open one of the tabs. */
  readonly showTab = (name: string): void => {
    this.#tab = name;
    this.update();
    this.#placeChanged.emit();
  };

  #tab: string;
  #count = 0;
  readonly #slots: ReadonlyMap<string, number>;
  #placeChanged = new Signal<this, void>(this);
}

/**
 * A comparison, ready for the shell.
 */
export function compareWidget(
  services: INbtrack,
  place: IComparePlace,
  state: IStateDB | null
): MainAreaWidget<CompareDocument> {
  const content = new CompareDocument(services, place, state);
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  return widget;
}
