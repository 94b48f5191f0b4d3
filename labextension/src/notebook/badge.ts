/**
 * The badge below a tracked cell: its newest run, and whether that is still up to date.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellItem } from '../records';
import { badgeText } from './badge_text';

/** A line below a cell; it is drawn by hand, for a notebook may have hundreds. */
export class Badge {
  constructor(
    private readonly trans: TranslationBundle,
    open: (run_id: string) => void
  ) {
    this.node.className = 'nbtrack-Badge';
    this.node.setAttribute('data-lm-suppress-shortcuts', 'true');
    this.#button.type = 'button';
    this.#button.className = 'nbtrack-Badge-run';
    this.#button.addEventListener('click', () => open(this.#runId));
    this.#stale.className = 'nbtrack-Badge-stale';
    this.#stale.setAttribute('role', 'note');
    this.node.append(this.#button, this.#stale);
  }

  /** Show the newest run of the cell, and why its result is stale if it is. */
  display(item: CellItem, stale: string | null): void {
    const text = badgeText(item, this.trans);
    const key = JSON.stringify([text, item.run_id, item.status, stale]);
    if (key === this.#shown) {
      return;
    }
    this.#shown = key;
    this.#runId = item.run_id;
    this.#button.replaceChildren(...parts(text.run, text.metric, text.change, text.trend));
    this.#button.setAttribute('aria-label', text.label);
    this.#button.title = item.run_name;
    this.#button.dataset['status'] = item.status;
    this.#stale.hidden = stale === null;
    this.#stale.textContent = stale === null ? '' : this.trans.__('stale');
    const why = stale === null ? '' : this.trans.__('Stale: %1. Run the cell again.', stale);
    this.#stale.title = why;
    this.#stale.setAttribute('aria-label', why);
  }

  readonly node = document.createElement('div');

  #button = document.createElement('button');
  #stale = document.createElement('span');
  #runId = '';
  #shown = '';
}

function parts(run: string, metric: string, change: string, trend: string): Node[] {
  const found: Node[] = [span('nbtrack-Badge-number', run)];
  if (metric) {
    found.push(span('nbtrack-Badge-metric', metric));
  }
  if (change) {
    const moved = span('nbtrack-Badge-change', change);
    moved.dataset['trend'] = trend;
    found.push(moved);
  }
  return found;
}

function span(name: string, text: string): HTMLElement {
  const node = document.createElement('span');
  node.className = name;
  node.textContent = text;
  return node;
}
