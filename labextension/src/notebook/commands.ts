/**
 * The commands of the notebook: track a cell, record every cell of the kernel.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, type ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';

import { runsIcon } from '../icons';
import { words } from '../request';
import type { INbtrack } from '../tokens';
import type { Cells } from './cells';
import type { FollowedNotebooks } from './followed';

export const TRACK_CELL = 'nbtrack:track-cell';
export const TRACK_ON = 'nbtrack:track-on';
export const TRACK_OFF = 'nbtrack:track-off';
export const OPEN_CELL_RUN = 'nbtrack:open-cell-run';

/** What the commands work with. */
export interface CommandNeeds {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker;
  services: INbtrack;
  cells: Cells;
  followed: FollowedNotebooks;
}

/** Adds the commands, and lists them in the palette. */
export function addCommands(needs: CommandNeeds, palette: ICommandPalette | null): void {
  addCellCommands(needs);
  addKernelCommands(needs);
  for (const command of [TRACK_CELL, TRACK_ON, TRACK_OFF, OPEN_CELL_RUN]) {
    palette?.addItem({ command, category: 'nbtrack' });
  }
}

function addCellCommands({ app, notebooks, services, cells, followed }: CommandNeeds): void {
  const { trans, actions } = services;
  app.commands.addCommand(TRACK_CELL, {
    label: trans.__('Track This Cell'),
    caption: trans.__('Put %1 above the code of the active cell, or take it away', '%%track'),
    icon: runsIcon,
    isEnabled: () => cells.canTrack,
    isToggleable: true,
    isToggled: () => cells.isTracked,
    execute: () => {
      cells.toggleTrack();
      app.commands.notifyCommandChanged(TRACK_CELL);
      if (cells.isTracked && followed.current?.tracking.facts?.track === null) {
        offerLoading(cells, services);
      }
    }
  });
  const newest = (): string | undefined =>
    followed.current?.badges.items.get(notebooks.activeCell?.model.id ?? '')?.run_id;
  app.commands.addCommand(OPEN_CELL_RUN, {
    label: trans.__('Open the Newest Run of This Cell'),
    isEnabled: () => newest() !== undefined,
    execute: () => {
      const run_id = newest();
      if (run_id !== undefined) {
        actions.run.openRun(run_id);
      }
    }
  });
  notebooks.activeCellChanged.connect(() => {
    app.commands.notifyCommandChanged(TRACK_CELL);
    app.commands.notifyCommandChanged(OPEN_CELL_RUN);
  });
}

let isOffered = false;

/** Says once in a session that the magic is not there yet. */
function offerLoading(cells: Cells, { trans }: INbtrack): void {
  if (isOffered) {
    return;
  }
  isOffered = true;
  Notification.info(trans.__('%1 works once nbtrack is loaded in this kernel.', '%%track'), {
    autoClose: 10_000,
    actions: [
      {
        label: trans.__('Insert %load_ext nbtrack'),
        callback: () => void cells.insertFirst('%load_ext nbtrack'),
        displayType: 'accent'
      }
    ]
  });
}

function addKernelCommands({ app, services, cells, followed }: CommandNeeds): void {
  const { trans } = services;
  const track = (): string | null | undefined => followed.current?.tracking.facts?.track;
  const set = async (state: 'on' | 'off'): Promise<void> => {
    try {
      await followed.current?.tracking.set(state);
    } catch (error) {
      Notification.error(trans.__('The kernel cannot track its cells: %1', words(error)));
      return;
    }
    const told =
      state === 'on'
        ? trans.__('Every cell of this kernel is recorded until it restarts.')
        : trans.__('Only cells with %1 are recorded.', '%%track');
    const callback = (): void => void cells.insert(`%track ${state}`);
    Notification.info(told, {
      autoClose: 6000,
      actions: [{ label: trans.__('Insert %track %1', state), callback }]
    });
  };
  app.commands.addCommand(TRACK_ON, {
    label: trans.__('Record Every Cell of This Kernel'),
    caption: trans.__('What %track on does; nothing is written into the notebook'),
    isEnabled: () => track() !== undefined && track() !== 'all',
    execute: () => set('on')
  });
  app.commands.addCommand(TRACK_OFF, {
    label: trans.__('Record Only Cells with %1', '%%track'),
    caption: trans.__('What %track off does; nothing is written into the notebook'),
    isEnabled: () => track() === 'all',
    execute: () => set('off')
  });
  followed.changed.connect(() => {
    app.commands.notifyCommandChanged(TRACK_ON);
    app.commands.notifyCommandChanged(TRACK_OFF);
    app.commands.notifyCommandChanged(OPEN_CELL_RUN);
  });
}
