/**
 * Some runs beside each other: what each is, their curves, and what differs between two of them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Change, DiffReply, ImageItem, ImagesReply, RunReply, SeveralReply } from '../records';
import type { ChartChoice } from '../state/charts';
import { Answer } from './answer';
import { CurveSource } from './curve_source';
import type { StoreReader } from './store_reader';

/** The two runs of which the code is compared. */
export interface IPair {
  readonly before: string;
  readonly after: string;
}

/** Runs side by side. */
export class CompareModel {
  constructor(
    private readonly reader: StoreReader,
    run_ids: readonly string[],
    private readonly trans: TranslationBundle,
    readonly charts: ChartChoice
  ) {
    this.#run_ids = run_ids;
    this.curves = new CurveSource(reader, () => this.#run_ids);
    for (const part of [this.runs, this.diff, this.images, this.curves, charts]) {
      part.changed.connect(() => this.#changed.emit());
    }
  }

  readonly runs = new Answer(signal => this.#askRuns(signal));
  readonly diff = new Answer<DiffReply | null>(signal => this.#askDiff(signal));
  readonly images = new Answer(signal =>
    this.reader.get<ImagesReply>('runs/images', this.#query, signal)
  );
  readonly curves: CurveSource;

  /** Where a picture is; as an image no script of an SVG runs. */
  readonly imageLink = ({ run_id, path }: ImageItem): string =>
    this.reader.url(`runs/${run_id}/artifacts/file`, { path, download: 0 });

  get run_ids(): readonly string[] {
    return this.#run_ids;
  }

  /** The pair that was chosen, else the first two runs. */
  get pair(): IPair {
    const [first = '', second = first] = this.#run_ids;
    return this.#pair ?? { before: first, after: second };
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  readonly choosePair = (pair: IPair): void => {
    this.#pair = pair;
    this.diff.clear();
    this.diff.load();
  };

  /** Take a run out; its place in the palette stays its own. */
  readonly remove = (run_id: string): void => {
    this.#run_ids = this.#run_ids.filter(one => one !== run_id);
    if (this.#pair && [this.#pair.before, this.#pair.after].includes(run_id)) {
      this.#pair = null;
      this.diff.clear();
    }
    void this.runs.reload();
    this.curves.refresh();
    this.images.clear();
  };

  /** Whether a change may be about one of these runs. */
  isTouched(change: Change): boolean {
    return change.runs && (!change.run_ids.length || change.run_ids.some(id => this.#has(id)));
  }

  refresh(): void {
    this.runs.refresh();
    this.curves.refresh();
    if (this.images.value) {
      this.images.refresh();
    }
  }

  dispose(): void {
    this.curves.dispose();
    for (const answer of [this.runs, this.diff, this.images]) {
      answer.clear();
      Signal.clearData(answer);
    }
    Signal.clearData(this.charts);
    Signal.clearData(this);
  }

  /** Runs that are gone for good are left out; only if all are gone it is a problem. */
  async #askRuns(signal: AbortSignal): Promise<readonly RunReply[]> {
    const { runs } = await this.reader.get<SeveralReply>('runs/several', this.#query, signal);
    if (!runs.length) {
      throw new Error(this.trans.__('None of these runs is there any more.'));
    }
    return runs;
  }

  async #askDiff(signal: AbortSignal): Promise<DiffReply | null> {
    const { before, after } = this.pair;
    return before === after
      ? null
      : this.reader.get<DiffReply>(`runs/${before}/diff/${after}`, {}, signal);
  }

  get #query(): { run_ids: string } {
    return { run_ids: this.#run_ids.join(',') };
  }

  #has(run_id: string): boolean {
    return this.#run_ids.includes(run_id);
  }

  #run_ids: readonly string[];
  #pair: IPair | null = null;
  #changed = new Signal<this, void>(this);
}
