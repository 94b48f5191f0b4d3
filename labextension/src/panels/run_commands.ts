/**
 * The commands on runs: in the palette, in the menu of the list, behind keys.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';

import { compareIcon } from '../icons';
import type { RunRow } from '../records';
import { RunActs } from '../state/run_acts';
import type { RunsModel } from '../state/runs';
import type { ActionTable, INbtrack } from '../tokens';

const SELECTOR = '.nbtrack-RunTable';

/** One command on the selected runs. */
interface Deed {
  name: string;
  label: string;
  /** The least and the most runs it is for. */
  least: number;
  most: number;
  run(rows: RunRow[]): unknown;
  icon?: LabIcon;
  needs?: keyof ActionTable;
  isChange?: boolean;
  fits?: (row: RunRow) => boolean;
  separates?: boolean;
}

/** What can be done, in the order of the menu. */
function deeds({ trans, actions }: INbtrack, acts: RunActs): Deed[] {
  const go = actions.run;
  const one = (
    name: string,
    label: string,
    run: (row: RunRow) => unknown,
    more: Partial<Deed> = {}
  ): Deed => ({ name, label, least: 1, most: 1, run: rows => rows[0] && run(rows[0]), ...more });
  const some = (
    name: string,
    label: string,
    run: (rows: RunRow[]) => unknown,
    more: Partial<Deed> = {}
  ): Deed => ({ name, label, least: 1, most: Infinity, run, ...more });
  const ids = (rows: RunRow[]): string[] => rows.map(it => it.run_id);
  return [
    one('open-selected-run', trans.__('Open Run'), row => go.openRun(row.run_id), {
      needs: 'openRun'
    }),
    some('compare-selected-runs', trans.__('Compare Runs'), rows => go.compare(ids(rows)), {
      least: 2,
      most: 20,
      icon: compareIcon,
      needs: 'compare'
    }),
    some('diff-runs', trans.__('What Made the Difference'), rows => go.compare(ids(rows), 'diff'), {
      least: 2,
      most: 2,
      needs: 'compare'
    }),
    one('jump-to-cell', trans.__('Jump to Cell'), row => go.jumpToCell(row), {
      needs: 'jumpToCell',
      fits: row => row.cell_id !== null,
      separates: true
    }),
    one('restore-code', trans.__('Restore Code in a New Cell'), row => acts.restoreCode(row), {
      needs: 'restoreCode',
      fits: row => row.cell_id !== null
    }),
    one('reproduce-run', trans.__('Reproduce Run'), row => go.reproduce(row.run_id), {
      needs: 'reproduce'
    }),
    one('register-model', trans.__('Register Model…'), row => go.registerModel(row.run_id), {
      needs: 'registerModel',
      isChange: true
    }),
    one('rename-run', trans.__('Rename Run…'), row => acts.rename(row), {
      isChange: true,
      separates: true
    }),
    some('tag-runs', trans.__('Tag Runs…'), rows => acts.tag(rows), { isChange: true }),
    some('delete-runs', trans.__('Delete Runs'), rows => acts.delete(rows), {
      isChange: true,
      fits: row => row.lifecycle_stage !== 'deleted'
    }),
    some('restore-runs', trans.__('Bring Back Runs'), rows => acts.restore(rows), {
      isChange: true,
      fits: row => row.lifecycle_stage === 'deleted'
    }),
    some('copy-run-ids', trans.__('Copy Run Ids'), rows => acts.copyIds(rows), {
      separates: true
    }),
    some('download-runs', trans.__('Download as CSV'), rows => acts.download(rows))
  ];
}

/** Keys of the list and the commands behind them. */
const KEYS: Record<string, string> = { F2: 'nbtrack:rename-run', Delete: 'nbtrack:delete-runs' };

/** The command behind a key of the list, done if it can be; whether the key has one. */
export function doByKey(app: JupyterFrontEnd, key: string): boolean {
  const command = KEYS[key];
  if (command && app.commands.isEnabled(command)) {
    void app.commands.execute(command);
  }
  return command !== undefined;
}

/** Makes the commands on selected runs, and the menu of the list. */
export function addRunCommands(
  app: JupyterFrontEnd,
  nbtrack: INbtrack,
  model: RunsModel,
  palette: ICommandPalette | null
): void {
  const all = deeds(nbtrack, new RunActs(nbtrack, model));
  all.forEach((deed, rank) => {
    const command = `nbtrack:${deed.name}`;
    app.commands.addCommand(command, {
      label: deed.label,
      ...(deed.icon ? { icon: deed.icon } : {}),
      isEnabled: () => isPossible(deed, nbtrack, model),
      execute: async () => {
        await deed.run(model.selected);
      },
      describedBy: { args: { type: 'object', properties: {} } }
    });
    if (deed.separates) {
      app.contextMenu.addItem({ type: 'separator', selector: SELECTOR, rank });
    }
    app.contextMenu.addItem({ command, selector: SELECTOR, rank });
    palette?.addItem({ command, category: nbtrack.trans.__('nbtrack') });
  });
  let before = '';
  model.changed.connect(() => {
    const now = all.map(deed => isPossible(deed, nbtrack, model)).join();
    if (now !== before) {
      before = now;
      all.forEach(deed => app.commands.notifyCommandChanged(`nbtrack:${deed.name}`));
    }
  });
}

function isPossible(deed: Deed, nbtrack: INbtrack, model: RunsModel): boolean {
  const rows = model.selected;
  const isReadOnly = nbtrack.stores.current?.is_read_only ?? true;
  return (
    rows.length >= deed.least &&
    rows.length <= deed.most &&
    (deed.needs === undefined || nbtrack.actions.has(deed.needs)) &&
    !(deed.isChange && isReadOnly) &&
    (deed.fits === undefined || rows.every(deed.fits))
  );
}
