/**
 * The section Runs of the sidebar, and the commands, card and settings that belong to it.
 */
import { IRouter, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import {
  CommandToolbarButton,
  PanelWithToolbar,
  ReactWidget,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';

import { LiveRunsView } from '../components/runs_view';
import { columnsIcon, runsIcon } from '../icons';
import { Heartbeat } from '../state/heartbeat';
import { RunsModel } from '../state/runs';
import { FIRST_VIEW, restored, type View } from '../state/view';
import { INbtrack, ISidebar } from '../tokens';
import { addRunCommands, doByKey } from './run_commands';
import { addViewLinks, COPY_LINK } from './view_links';

const ID = '@nbtrack/labextension:plugin';
const KEPT = 'nbtrack:runs';
const SHOW = 'nbtrack:show-runs';
const REFRESH = 'nbtrack:refresh-runs';
const CHOOSE = 'nbtrack:choose-columns';

/** What of the section is drawn by React. */
class RunsBody extends ReactWidget {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly nbtrack: INbtrack,
    private readonly model: RunsModel
  ) {
    super();
    this.addClass('nbtrack-RunsBody');
  }

  get isChoosing(): boolean {
    return this.#isChoosing;
  }

  set isChoosing(isChoosing: boolean) {
    this.#isChoosing = isChoosing;
    this.update();
  }

  protected override render(): ReactElement {
    return (
      <LiveRunsView
        nbtrack={this.nbtrack}
        model={this.model}
        isChoosing={this.#isChoosing}
        onChoosing={isChoosing => {
          this.isChoosing = isChoosing;
        }}
        onKey={key => doByKey(this.app, key)}
      />
    );
  }

  #isChoosing = false;
}

/** The section, its buttons in its title. */
class RunsSection extends PanelWithToolbar {
  constructor(
    app: JupyterFrontEnd,
    readonly body: RunsBody,
    { trans }: INbtrack
  ) {
    super();
    this.addClass('nbtrack-Section');
    this.title.label = trans.__('Runs');
    this.title.caption = trans.__('Runs');
    this.addWidget(body);
    const button = (id: string): CommandToolbarButton =>
      new CommandToolbarButton({ commands: app.commands, id, label: '' });
    this.toolbar.node.setAttribute('aria-label', trans.__('Runs'));
    this.toolbar.addItem('compare', button('nbtrack:compare-selected-runs'));
    this.toolbar.addItem('columns', button(CHOOSE));
    this.toolbar.addItem('link', button(COPY_LINK));
    this.toolbar.addItem('refresh', button(REFRESH));
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('.nbtrack-RunTable, button, input')?.focus();
  }
}

/** Keeps a view from one session to the next; settings say how the first one looks. */
async function keep(
  model: RunsModel,
  state: IStateDB | null,
  settings: ISettingRegistry | null,
  beats: Heartbeat
): Promise<void> {
  const own = await settings?.load(ID).catch(() => null);
  const said = (): ReadonlyPartialJSONObject => own?.composite ?? {};
  const listen = (): void => {
    beats.seconds = Number(said().pollSeconds ?? beats.seconds);
  };
  own?.changed.connect(listen);
  listen();
  const columns = said().columns as string[] | undefined;
  const first: View = {
    ...FIRST_VIEW,
    onlyThisNotebook: said().onlyThisNotebook !== false,
    columns: columns && columns.length > 0 ? columns : null
  };
  model.look(restored(await state?.fetch(KEPT), first));
  model.viewChanged.connect((_, view) => {
    void state?.save(KEPT, { ...view } as unknown as ReadonlyPartialJSONObject);
  });
}

function addCommands(
  app: JupyterFrontEnd,
  { trans }: INbtrack,
  model: RunsModel,
  body: RunsBody,
  at: { show: () => void; makeRoom: () => void }
): void {
  const describedBy = { args: { type: 'object', properties: {} } };
  app.commands.addCommand(SHOW, {
    label: args => (args.isLauncher ? trans.__('Runs') : trans.__('Show Runs')),
    caption: trans.__('Show the runs of this notebook and of others'),
    icon: runsIcon,
    execute: at.show,
    describedBy
  });
  app.commands.addCommand(REFRESH, {
    label: trans.__('Refresh Runs'),
    icon: refreshIcon,
    execute: () => model.refresh(),
    describedBy
  });
  app.commands.addCommand(CHOOSE, {
    label: trans.__('Choose Columns and Groups of Runs'),
    icon: columnsIcon,
    isToggled: () => body.isChoosing,
    execute: () => {
      body.isChoosing = !body.isChoosing;
      if (body.isChoosing) {
        at.makeRoom();
      }
    },
    describedBy
  });
}

export const runs: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The list of runs.',
  autoStart: true,
  requires: [INbtrack, ISidebar],
  optional: [IStateDB, ISettingRegistry, ICommandPalette, ILauncher, IRouter],
  activate: (
    app: JupyterFrontEnd,
    nbtrack: INbtrack,
    sidebar: ISidebar,
    state: IStateDB | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    router: IRouter | null
  ) => {
    const model = new RunsModel(nbtrack);
    const body = new RunsBody(app, nbtrack, model);
    const beats = new Heartbeat(nbtrack, model, () => body.isVisible);
    const show = (): void => sidebar.reveal(section);
    const kept = keep(model, state, settings, beats);
    addViewLinks(app, nbtrack, { model, kept, show }, { router, palette });
    addCommands(app, nbtrack, model, body, { show, makeRoom: () => sidebar.enlarge(section) });
    addRunCommands(app, nbtrack, model, palette);
    const section = new RunsSection(app, body, nbtrack);
    sidebar.add(section, 10);
    nbtrack.actions.provide('showRuns', experiment_id => {
      if (experiment_id !== undefined) {
        model.look({ experiment_id, onlyThisNotebook: false });
      }
      show();
    });
    const category = nbtrack.trans.__('nbtrack');
    [SHOW, REFRESH, CHOOSE].forEach(command => palette?.addItem({ command, category }));
    launcher?.add({
      command: SHOW,
      category: nbtrack.trans.__('Other'),
      args: { isLauncher: true }
    });
  }
};
