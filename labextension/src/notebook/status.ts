/**
 * The item of the status bar: how tracking stands in the notebook in front, and its runs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { KernelFacts } from './kernel_facts';

/** A text and its hint. */
export interface StatusText {
  text: string;
  hint: string;
}

/** What the status bar says of a notebook. */
export function statusText(
  facts: KernelFacts,
  runCount: number,
  trans: TranslationBundle
): StatusText {
  const runs = trans._n('%1 run', '%1 runs', runCount);
  const stale = Object.keys(facts.stale).length;
  const how = {
    all: {
      short: trans.__('tracking all'),
      long: trans.__('Every cell of this kernel is recorded.')
    },
    cells: {
      short: trans.__('tracking'),
      long: trans.__('Cells with %1 are recorded.', '%%track')
    },
    off: { short: trans.__('paused'), long: trans.__('No cell is followed.') },
    none: {
      short: trans.__('not tracking'),
      long: trans.__('nbtrack is not loaded in this kernel: run %load_ext nbtrack.')
    }
  }[facts.track ?? 'none'];
  const told = [
    how.long,
    trans._n('%1 run of this notebook.', '%1 runs of this notebook.', runCount)
  ];
  if (stale > 0) {
    told.push(trans._n('%1 cell is stale.', '%1 cells are stale.', stale));
  }
  const text = `${how.short} · ${runs}${stale > 0 ? ` · ${trans.__('%1 stale', stale)}` : ''}`;
  return { text, hint: `${told.join(' ')} ${trans.__('Click to see the runs.')}` };
}

/** A button in the status bar. */
export class StatusItem {
  constructor(open: () => void) {
    this.node.className = 'nbtrack-StatusItem';
    this.#button.type = 'button';
    this.#button.className = 'jp-StatusBar-TextItem';
    this.#button.addEventListener('click', open);
    this.node.append(this.#button);
  }

  display({ text, hint }: StatusText): void {
    this.#button.textContent = text;
    this.#button.title = hint;
    this.#button.setAttribute('aria-label', `nbtrack: ${text}. ${hint}`);
  }

  readonly node = document.createElement('div');

  #button = document.createElement('button');
}
