/**
 * A run in the main area.
 */
import { Clipboard, MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IRender } from '../components/rendered';
import type { IRunActs } from '../components/run_overview';
import { runsIcon } from '../icons';
import { words } from '../request';
import type { INbtrack } from '../tokens';
import { LivePage } from './live_page';
import { RunModel } from './run_model';
import { RunPage } from './run_page';
import { StoreReader } from './store_reader';

/** How long the way back is offered. */
const UNDO_MILLISECONDS = 15_000;

/** Which run of which store, and what of it is shown. */
export interface IRunPlace {
  readonly run_id: string;
  readonly store_id: string | null;
  readonly tab?: string;
}

/** The page of a run as a widget. */
export class RunDocument extends LivePage<RunModel> {
  constructor(
    services: INbtrack,
    private readonly rendering: IRender,
    private readonly opened: IRunPlace
  ) {
    const reader = new StoreReader(services.requests, opened.store_id);
    super(services, new RunModel(reader, opened.run_id), opened.store_id);
    this.#tab = opened.tab ?? 'overview';
    this.#acts = actsOf(services, this.model);
    this.title.icon = runsIcon;
    this.title.closable = true;
    this.name();
  }

  /** What to open again after a reload. */
  get place(): IRunPlace {
    return { ...this.opened, tab: this.#tab };
  }

  /** Emitted when another tab was chosen. */
  get placeChanged(): ISignal<this, void> {
    return this.#placeChanged;
  }

  protected override render(): JSX.Element {
    return (
      <RunPage
        model={this.model}
        acts={this.#acts}
        isReadOnly={this.isReadOnly}
        render={this.rendering}
        trans={this.services.trans}
        tab={this.#tab}
        chooseTab={this.showTab}
      />
    );
  }

  protected override name(): void {
    const run = this.model.run.value?.run;
    this.title.label = run?.run_name ?? this.services.trans.__('Run');
    this.title.caption = this.services.trans.__('Run %1', this.model.run_id);
  }

  /** Open one of the tabs. */
  readonly showTab = (name: string): void => {
    this.#tab = name;
    this.update();
    this.#placeChanged.emit();
  };

  #tab: string;
  readonly #acts: IRunActs;
  #placeChanged = new Signal<this, void>(this);
}

/**
 * A run's page, ready for the shell.
 */
export function runWidget(
  services: INbtrack,
  rendering: IRender,
  place: IRunPlace
): MainAreaWidget<RunDocument> {
  const content = new RunDocument(services, rendering, place);
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  return widget;
}

function actsOf({ actions, trans }: INbtrack, model: RunModel): IRunActs {
  const { run_id } = model;
  return {
    jump: place => void actions.run.jumpToCell(place),
    restore: code => void actions.run.restoreCode(code),
    reproduce: () => void actions.run.reproduce(run_id),
    register: () => void actions.run.registerModel(run_id),
    openRun: id => actions.run.openRun(id),
    openModel: name => actions.run.openModel(name),
    compare: ids => actions.run.compare(ids),
    copy: text => {
      Clipboard.copyToSystem(text);
      Notification.info(trans.__('Copied.'), { autoClose: 1500 });
    },
    describe: text => describe(model, text, trans)
  };
}

/** Write the text about a run; the one before can be brought back. */
async function describe(model: RunModel, text: string, trans: TranslationBundle): Promise<boolean> {
  const before = model.run.value?.description ?? '';
  if (before === text) {
    return true;
  }
  try {
    await model.describe(text);
  } catch (error) {
    Notification.error(words(error), { autoClose: false });
    return false;
  }
  if (before) {
    const callback = (): void => void describe(model, before, trans);
    Notification.info(trans.__('Changed the description of %1.', model.run.value?.run.run_name), {
      autoClose: UNDO_MILLISECONDS,
      actions: [{ label: trans.__('Undo'), callback }]
    });
  }
  return true;
}
