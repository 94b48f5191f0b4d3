/**
 * The plugin of what lives in the notebook: badges, status, jumps, code that is put back.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';

import { INbtrack } from '../tokens';
import { Cells } from './cells';
import { addCommands } from './commands';
import { FollowedNotebooks } from './followed';
import { StatusItem, statusText } from './status';

const SETTINGS = '@nbtrack/labextension:plugin';

export const notebook: JupyterFrontEndPlugin<void> = {
  id: '@nbtrack/labextension:notebook',
  description: 'Badges at tracked cells, the status of tracking, jumps to cells.',
  autoStart: true,
  requires: [INbtrack, INotebookTracker],
  optional: [ICommandPalette, IStatusBar, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    services: INbtrack,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null,
    settings: ISettingRegistry | null
  ): void => {
    const cells = new Cells(app, notebooks, services);
    const followed = new FollowedNotebooks(notebooks, services);
    const { actions } = services;
    actions.provide('jumpToCell', place => cells.jump(place));
    actions.provide('restoreCode', code => cells.insert(code));
    actions.provide('reproduce', run_id => cells.insert(`%reproduce ${run_id}`));
    addCommands({ app, notebooks, services, cells, followed }, palette);
    addStatus(statusBar, services, followed);
    void applySettings(settings, followed);
  }
};

function addStatus(
  statusBar: IStatusBar | null,
  { trans, actions }: INbtrack,
  followed: FollowedNotebooks
): void {
  const item = new StatusItem(() => actions.run.showRuns());
  const draw = (): void => {
    const facts = followed.current?.tracking.facts;
    if (facts) {
      item.display(statusText(facts, followed.current?.badges.runCount ?? 0, trans));
    }
  };
  followed.changed.connect(draw);
  statusBar?.registerStatusItem('nbtrack:status', {
    item: new Widget({ node: item.node }),
    align: 'left',
    rank: 20,
    isActive: () => Boolean(followed.current?.tracking.facts),
    activeStateChanged: followed.changed
  });
}

async function applySettings(
  registry: ISettingRegistry | null,
  followed: FollowedNotebooks
): Promise<void> {
  const settings = await registry?.load(SETTINGS).catch(() => undefined);
  const apply = (): void => {
    const badges = settings?.get('badges').composite !== false;
    const staleMarks = settings?.get('staleMarks').composite !== false;
    followed.apply({ badges, staleMarks });
  };
  settings?.changed.connect(apply);
  apply();
}
