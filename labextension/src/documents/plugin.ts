/**
 * The plugin of what opens in the main area: runs and comparisons, also after a reload.
 */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification, WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { INbtrack } from '../tokens';
import { compareWidget, type CompareDocument, type IComparePlace } from './compare';
import { rendererOf } from './rendered_text';
import { runWidget, type IRunPlace, type RunDocument } from './run';

const OPEN_RUN = 'nbtrack:open-run';
const COMPARE = 'nbtrack:compare-runs';

/** More lines than this cannot be told apart in a chart. */
const MOST_RUNS = 20;

export const documents: JupyterFrontEndPlugin<void> = {
  id: '@nbtrack/labextension:documents',
  description: 'The page of a run and the comparison of runs, in the main area.',
  autoStart: true,
  requires: [INbtrack, IRenderMimeRegistry],
  optional: [ILayoutRestorer, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    services: INbtrack,
    registry: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null
  ): void => {
    addRuns(app, services, registry, restorer);
    addComparisons(app, services, restorer, state);
  }
};

function addRuns(
  app: JupyterFrontEnd,
  services: INbtrack,
  registry: IRenderMimeRegistry,
  restorer: ILayoutRestorer | null
): void {
  const { trans, stores, actions } = services;
  const tracker = new WidgetTracker<MainAreaWidget<RunDocument>>({ namespace: 'nbtrack-run' });
  const rendering = rendererOf(registry);
  app.commands.addCommand(OPEN_RUN, {
    label: trans.__('Open Run'),
    execute: args => {
      const place = runPlace(args);
      const id = `nbtrack-run-${place.run_id}`;
      return show({ app, tracker, id, tab: place.tab }, () =>
        runWidget(services, rendering, place)
      );
    }
  });
  const open = (run_id: string) => {
    const args = { run_id, store_id: stores.current?.store_id ?? null };
    void app.commands.execute(OPEN_RUN, args);
  };
  actions.provide('openRun', open);
  void restorer?.restore(tracker, {
    command: OPEN_RUN,
    args: ({ content }) => ({ ...content.place }),
    name: ({ content }) => content.place.run_id
  });
}

function addComparisons(
  app: JupyterFrontEnd,
  services: INbtrack,
  restorer: ILayoutRestorer | null,
  state: IStateDB | null
): void {
  const { trans, stores, actions } = services;
  const tracker = new WidgetTracker<MainAreaWidget<CompareDocument>>({
    namespace: 'nbtrack-compare'
  });
  app.commands.addCommand(COMPARE, {
    label: trans.__('Compare Runs'),
    execute: args => {
      const place = comparePlace(args);
      const id = `nbtrack-compare-${[...place.run_ids].sort().join('-')}`;
      return show({ app, tracker, id, tab: place.tab }, () =>
        compareWidget(services, place, state)
      );
    }
  });
  const compare = (run_ids: string[], view?: 'diff') => {
    const chosen = [...new Set(run_ids)].slice(0, MOST_RUNS);
    if (chosen.length < 2) {
      Notification.info(trans.__('Select two runs or more to compare them.'));
      return;
    }
    if (chosen.length < run_ids.length) {
      Notification.info(trans.__('The first %1 of them are compared.', MOST_RUNS));
    }
    const args = { run_ids: chosen, store_id: stores.current?.store_id ?? null };
    const tab = view === 'diff' ? { tab: 'code' } : {};
    void app.commands.execute(COMPARE, { ...args, ...tab });
  };
  actions.provide('compare', compare);
  actions.provide('compared', () => {
    const front = tracker.currentWidget;
    return front?.isVisible ? front.content.place.run_ids : [];
  });
  void restorer?.restore(tracker, {
    command: COMPARE,
    args: ({ content }) => ({ ...content.place, run_ids: [...content.place.run_ids] }),
    name: ({ id }) => id
  });
}

/** A page that keeps its place, and has tabs. */
type IPlaced = Widget & {
  readonly placeChanged: ISignal<Widget, void>;
  showTab(name: string): void;
};

/** Where a widget of an id is to be shown. */
interface ISpot<T extends IPlaced> {
  readonly app: JupyterFrontEnd;
  readonly tracker: WidgetTracker<MainAreaWidget<T>>;
  readonly id: string;
  /** The tab that is wanted; of one that is open already the present one stays if none is. */
  readonly tab: string | undefined;
}

/** Show the widget of an id: the one that is open, else a new one. */
export function show<T extends IPlaced>(
  { app, tracker, id, tab }: ISpot<T>,
  make: () => MainAreaWidget<T>
): MainAreaWidget<T> {
  const known = tracker.find(one => one.id === id);
  const widget = known ?? make();
  if (!known) {
    widget.id = id;
    app.shell.add(widget, 'main', { type: 'nbtrack' });
    void tracker.add(widget);
    widget.content.placeChanged.connect(() => void tracker.save(widget));
  }
  if (known && tab !== undefined) {
    known.content.showTab(tab);
  }
  app.shell.activateById(id);
  return widget;
}

function runPlace(args: ReadonlyPartialJSONObject): IRunPlace {
  const { run_id, store_id, tab } = args;
  return {
    run_id: String(run_id),
    store_id: typeof store_id === 'string' ? store_id : null,
    ...(typeof tab === 'string' ? { tab } : {})
  };
}

function comparePlace(args: ReadonlyPartialJSONObject): IComparePlace {
  const { run_ids, store_id, tab } = args;
  return {
    run_ids: Array.isArray(run_ids) ? run_ids.map(String) : [],
    store_id: typeof store_id === 'string' ? store_id : null,
    ...(typeof tab === 'string' ? { tab } : {})
  };
}
