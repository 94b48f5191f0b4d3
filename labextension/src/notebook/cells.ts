/**
 * Acts on the cells of notebooks: go to one, put code below the active one, track it.
 *
 * Each change is one step for undo, nothing is run, and no metadata is written.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { RunReply, RunsReply } from '../records';
import { words } from '../request';
import type { CellPlace, INbtrack } from '../tokens';
import { isSame, pathsOf } from './notebook_paths';
import { isTracked, toggleEdit } from './track_line';

/** A class that a cell has for a moment after somebody was led to it. */
const FOUND_CLASS = 'nbtrack-mod-found';
const FOUND_MILLISECONDS = 1600;

/** Cells of the notebooks that are open, or that can be opened. */
export class Cells {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notebooks: INotebookTracker,
    private readonly services: INbtrack
  ) {}

  /** Go to a cell; a notebook that is not open is opened. */
  async jump(place: CellPlace): Promise<boolean> {
    const { trans } = this.services;
    if (place.cell_id === null) {
      Notification.info(trans.__('It is not known which cell made this run.'));
      return false;
    }
    const panel = this.#openWith(place) ?? (await this.#opened(place.notebook));
    if (!panel) {
      Notification.warning(
        trans.__('The notebook is not there any more: %1', place.notebook ?? '?')
      );
      return false;
    }
    this.app.shell.activateById(panel.id);
    await panel.context.ready;
    await panel.revealed;
    const index = indexOf(panel, place.cell_id);
    if (index < 0) {
      this.#tellGone(place.cell_id);
      return false;
    }
    await show(panel, index);
    return true;
  }

  /** Put code into a new cell below the active one of the notebook in front, and go there. */
  async insert(code: string): Promise<void> {
    const panel = this.notebooks.currentWidget;
    if (!panel?.content.model) {
      Notification.warning(this.services.trans.__('Open a notebook first: the code goes into it.'));
      return;
    }
    const index = panel.content.activeCellIndex + 1;
    const cell = { cell_type: 'code' as const, source: code, metadata: {} };
    panel.content.model.sharedModel.insertCell(index, cell);
    this.app.shell.activateById(panel.id);
    await show(panel, index);
  }

  /** Whether the active cell is one that can have `%%track`. */
  get canTrack(): boolean {
    const cell = this.notebooks.activeCell;
    return cell?.model.type === 'code' && !cell.readOnly;
  }

  /** Whether the active cell has `%%track`. */
  get isTracked(): boolean {
    return this.canTrack && isTracked(this.notebooks.activeCell?.model.sharedModel.source ?? '');
  }

  /** Put `%%track` above the code of the active cell, or take it away again. */
  toggleTrack(): void {
    const shared = this.notebooks.activeCell?.model.sharedModel;
    if (shared && this.canTrack) {
      const { start, end, text } = toggleEdit(shared.source);
      shared.updateSource(start, end, text);
    }
  }

  /** Put a cell at the top of the notebook in front. */
  async insertFirst(code: string): Promise<void> {
    const panel = this.notebooks.currentWidget;
    const cell = { cell_type: 'code' as const, source: code, metadata: {} };
    panel?.content.model?.sharedModel.insertCell(0, cell);
    if (panel) {
      await show(panel, 0);
    }
  }

  #openWith({ cell_id, notebook }: CellPlace): NotebookPanel | undefined {
    const having = this.notebooks.filter(it => indexOf(it, cell_id ?? '') >= 0);
    return (
      having.find(it => notebook !== null && isSame(this.#local(it), notebook)) ??
      having[0] ??
      this.notebooks.find(it => notebook !== null && isSame(this.#local(it), notebook))
    );
  }

  #local(panel: NotebookPanel): string {
    return this.app.serviceManager.contents.localPath(panel.context.path);
  }

  async #opened(notebook: string | null): Promise<NotebookPanel | null> {
    const { contents } = this.app.serviceManager;
    for (const path of notebook ? pathsOf(notebook, PageConfig.getOption('serverRoot')) : []) {
      try {
        await contents.get(path, { content: false });
      } catch {
        continue; // not under this path
      }
      return (await this.app.commands.execute('docmanager:open', { path })) as NotebookPanel;
    }
    return null;
  }

  #tellGone(cell_id: string): void {
    const { trans } = this.services;
    const callback = (): void => {
      this.#restoreNewest(cell_id).catch((error: unknown) => Notification.error(words(error)));
    };
    Notification.warning(trans.__('The cell is not in the notebook any more.'), {
      autoClose: false,
      actions: [{ label: trans.__('Restore its code'), callback, displayType: 'accent' }]
    });
  }

  async #restoreNewest(cell_id: string): Promise<void> {
    const { requests, trans } = this.services;
    const newest = { cell_id, limit: 1, order_by: ['start_time DESC'], view: 'ALL' };
    const { runs } = await requests.post<RunsReply>('runs/search', newest);
    const run = runs[0] && (await requests.get<RunReply>(`runs/${runs[0].run_id}`));
    if (run?.cell) {
      await this.insert(run.cell.source);
    } else {
      Notification.warning(trans.__('The code of this cell was not recorded.'));
    }
  }
}

function indexOf(panel: NotebookPanel, cell_id: string): number {
  return panel.content.widgets.findIndex(it => it.model.id === cell_id);
}

async function show(panel: NotebookPanel, index: number): Promise<void> {
  const { content } = panel;
  content.activeCellIndex = index;
  content.deselectAll();
  await content.scrollToItem(index, 'center');
  content.mode = 'command';
  content.activate();
  const cell = content.widgets[index];
  cell?.addClass(FOUND_CLASS);
  window.setTimeout(() => cell?.removeClass(FOUND_CLASS), FOUND_MILLISECONDS);
}
