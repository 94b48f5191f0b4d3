/**
 * The points of the metrics that are on the screen, and of no others.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import type { Curve, CurvesQuestion, CurvesReply } from '../records';
import { Answer } from './answer';
import type { StoreReader } from './store_reader';

/** Points of a curve; a chart is not much wider in pixels. */
const POINTS = 600;

/** Curves of some runs. */
export class CurveSource {
  constructor(
    private readonly reader: StoreReader,
    private readonly run_ids: () => readonly string[]
  ) {
    this.#answer.changed.connect(() => this.#changed.emit());
  }

  get curves(): readonly Curve[] {
    return this.#answer.value ?? NONE;
  }

  /** Whether what is missing may still come. */
  get isLoading(): boolean {
    return this.#answer.isLoading || (this.#answer.value === null && this.problem === null);
  }

  get problem(): string | null {
    return this.#answer.problem;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** These metrics are shown now. */
  readonly want = (keys: readonly string[]): void => {
    if (keys.some(key => !this.#keys.includes(key)) || keys.length < this.#keys.length) {
      this.#keys = keys;
      void this.#answer.reload();
    }
  };

  /** Runs or their points may have changed. */
  refresh(): void {
    if (this.#keys.length) {
      this.#answer.refresh();
    }
  }

  dispose(): void {
    this.#answer.clear();
    Signal.clearData(this);
  }

  async #ask(signal: AbortSignal): Promise<readonly Curve[]> {
    if (!this.#keys.length) {
      return NONE;
    }
    const question: CurvesQuestion = {
      run_ids: [...this.run_ids()],
      keys: [...this.#keys],
      points: POINTS
    };
    const reply = await this.reader.post<CurvesReply>('runs/curves', question, signal);
    return reply.curves;
  }

  #keys: readonly string[] = [];
  #answer = new Answer(signal => this.#ask(signal));
  #changed = new Signal<this, void>(this);
}

const NONE: readonly Curve[] = [];
