/**
 * What can be done to selected runs; each act says what came of it.
 */
import { Clipboard, Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';

import { TagForm } from '../components/tag_form';
import type { RunReply, RunRow } from '../records';
import { words } from '../request';
import type { INbtrack } from '../tokens';
import type { RunsModel } from './runs';
import { without } from './selection';

/** How long the way back from a deletion is offered. */
const UNDO_MILLISECONDS = 15_000;

/** The acts on the runs that are selected in a list. */
export class RunActs {
  constructor(
    private readonly nbtrack: INbtrack,
    private readonly model: RunsModel
  ) {}

  async rename(row: RunRow): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const { value, button } = await InputDialog.getText({
      title: trans.__('Rename %1', row.run_name),
      label: trans.__('Name'),
      text: row.run_name,
      okLabel: trans.__('Rename')
    });
    const run_name = value?.trim();
    if (button.accept && run_name && run_name !== row.run_name) {
      await this.#do(() => requests.patch(`runs/${row.run_id}`, { run_name }));
    }
  }

  async tag(rows: RunRow[]): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const { button, value } = await showDialog({
      title: trans._n('Tag a run', 'Tag %1 runs', rows.length),
      body: new TagForm(trans),
      focusNodeSelector: 'input',
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Tag') })]
    });
    if (!button.accept || !value) {
      return;
    }
    if (!value.key) {
      Notification.warning(trans.__('A tag needs a key; nothing was tagged.'));
      return;
    }
    await this.#do(() =>
      Promise.all(rows.map(row => requests.post(`runs/${row.run_id}/tags`, value)))
    );
  }

  async delete(rows: RunRow[]): Promise<void> {
    const { trans, requests } = this.nbtrack;
    const run_ids = rows.map(it => it.run_id);
    if (!(await this.#do(() => requests.post('runs/delete', { run_ids })))) {
      return;
    }
    this.model.selection = without(this.model.selection, run_ids);
    Notification.info(trans._n('Deleted a run.', 'Deleted %1 runs.', rows.length), {
      autoClose: UNDO_MILLISECONDS,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void this.#do(() => requests.post('runs/restore', { run_ids }))
        }
      ]
    });
  }

  async restore(rows: RunRow[]): Promise<void> {
    const run_ids = rows.map(it => it.run_id);
    if (await this.#do(() => this.nbtrack.requests.post('runs/restore', { run_ids }))) {
      this.model.selection = without(this.model.selection, run_ids);
    }
  }

  copyIds(rows: RunRow[]): void {
    Clipboard.copyToSystem(rows.map(it => it.run_id).join('\n'));
  }

  /** Puts the code of a run's cell into a new cell. */
  async restoreCode(row: RunRow): Promise<void> {
    const { trans, requests, actions } = this.nbtrack;
    await this.#do(async () => {
      const { cell } = await requests.get<RunReply>(`runs/${row.run_id}`);
      if (cell) {
        await actions.run.restoreCode(cell.source);
      } else {
        Notification.warning(trans.__('No cell is known of %1.', row.run_name));
      }
    });
  }

  async download(rows: RunRow[]): Promise<void> {
    const { requests } = this.nbtrack;
    await this.#do(async () => {
      const run_ids = rows.map(it => it.run_id).join(',');
      const response = await requests.raw('runs.csv', { run_ids });
      const address = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = 'runs.csv';
      link.click();
      URL.revokeObjectURL(address);
    });
  }

  /** Does it and asks for the list again; says why if it fails. */
  async #do(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      this.model.refresh();
      return true;
    } catch (error) {
      Notification.error(words(error), { autoClose: false });
      return false;
    }
  }
}
