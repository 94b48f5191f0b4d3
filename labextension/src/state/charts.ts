/**
 * Which charts a person chose for the runs of an experiment, and their order; kept from one
 * session to the next.
 */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';

export type ChartKind = 'box' | 'contour' | 'scatter' | 'bars';

/** A chart: its kind, and by full names what it shows; empty names are chosen for it. */
export interface ChartWish {
  readonly kind: ChartKind;
  readonly x: string;
  readonly y: string;
  readonly z: string;
  readonly isLog: boolean;
}

export const CHART_KINDS: readonly ChartKind[] = ['box', 'contour', 'scatter', 'bars'];

/** The charts of who chose none. */
export const FIRST_CHARTS: readonly ChartWish[] = (['box', 'contour'] as const).map(kind => ({
  kind,
  x: '',
  y: '',
  z: '',
  isLog: false
}));

/** More are not kept. */
const MOST = 30;

/** Charts out of what was kept, which may be of another version or damaged; null if there are none. */
export function restoredCharts(kept: unknown): ChartWish[] | null {
  const charts = (kept as { charts?: unknown } | null | undefined)?.charts;
  if (!Array.isArray(charts)) {
    return null;
  }
  return charts.slice(0, MOST).flatMap((it: Partial<ChartWish> | null) => {
    const kind = CHART_KINDS.find(name => name === it?.kind);
    const [x, y, z] = [it?.x, it?.y, it?.z].map(name => (typeof name === 'string' ? name : ''));
    return kind ? [{ kind, x: x ?? '', y: y ?? '', z: z ?? '', isLog: it?.isLog === true }] : [];
  });
}

/** The chart at a place moved by some places, if there is room. */
export function movedChart(
  charts: readonly ChartWish[],
  place: number,
  by: number
): readonly ChartWish[] {
  const chart = charts[place];
  const to = place + by;
  if (!chart || to < 0 || to >= charts.length) {
    return charts;
  }
  const others = charts.filter((_, index) => index !== place);
  return [...others.slice(0, to), chart, ...others.slice(to)];
}

/** The charts of an experiment. */
export class ChartChoice {
  constructor(
    private readonly state: IStateDB | null,
    private readonly store_id: string | null
  ) {}

  get charts(): readonly ChartWish[] {
    return this.#charts ?? FIRST_CHARTS;
  }

  /** Whether somebody chose them. */
  get isChosen(): boolean {
    return this.#charts !== null;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Shows the charts of an experiment, as they were kept. */
  async load(experiment_id: string): Promise<void> {
    const key = `nbtrack:charts:${this.store_id ?? ''}:${experiment_id}`;
    if (key === this.#key) {
      return;
    }
    this.#key = key;
    const kept = restoredCharts(await this.state?.fetch(key));
    if (key === this.#key) {
      this.#charts = kept;
      this.#changed.emit();
    }
  }

  readonly choose = (charts: readonly ChartWish[]): void => {
    this.#charts = charts.slice(0, MOST);
    const kept = { charts: this.#charts.map(it => ({ ...it })) };
    void this.state?.save(this.#key, kept as ReadonlyPartialJSONObject);
    this.#changed.emit();
  };

  /** Shows the first charts again. */
  readonly reset = (): void => {
    this.#charts = null;
    void this.state?.remove(this.#key);
    this.#changed.emit();
  };

  #key = '';
  #charts: readonly ChartWish[] | null = null;
  #changed = new Signal<this, void>(this);
}
