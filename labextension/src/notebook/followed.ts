/**
 * What is followed of each open notebook: its kernel, and the newest runs of its cells.
 */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

import type { INbtrack } from '../tokens';
import { Badges } from './badges';
import { Tracking } from './tracking';

/** What the settings say about badges. */
export interface NotebookSettings {
  badges: boolean;
  staleMarks: boolean;
}

/** What is followed of one notebook. */
export interface Followed {
  tracking: Tracking;
  badges: Badges;
}

/** The notebooks that are open. */
export class FollowedNotebooks {
  constructor(
    private readonly notebooks: INotebookTracker,
    private readonly services: INbtrack
  ) {
    notebooks.widgetAdded.connect((_, panel) => this.#follow(panel));
    notebooks.forEach(panel => this.#follow(panel));
    notebooks.currentChanged.connect(() => this.#changed.emit());
  }

  settings: NotebookSettings = { badges: true, staleMarks: true };

  /** What is followed of the notebook in front. */
  get current(): Followed | null {
    const panel = this.notebooks.currentWidget;
    return (panel && this.#followed.get(panel)) ?? null;
  }

  /** What is shown of the notebook in front may be another now. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Take other settings. */
  apply(settings: NotebookSettings): void {
    this.settings = settings;
    this.notebooks.forEach(panel => {
      const it = this.#followed.get(panel);
      it?.tracking.refresh();
      it?.badges.draw();
    });
  }

  #follow(panel: NotebookPanel): void {
    if (this.#followed.has(panel)) {
      return;
    }
    const tracking = new Tracking(panel.sessionContext, () => this.settings.staleMarks);
    const badges = new Badges(panel, {
      services: this.services,
      tracking,
      isShown: () => this.settings.badges
    });
    this.#followed.set(panel, { tracking, badges });
    const tell = (): void => this.#changed.emit();
    tracking.changed.connect(tell);
    badges.changed.connect(tell);
    panel.disposed.connect(() => tracking.dispose());
  }

  #followed = new WeakMap<NotebookPanel, Followed>();
  #changed = new Signal<this, void>(this);
}
