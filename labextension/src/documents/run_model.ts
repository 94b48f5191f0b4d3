/**
 * All that a run's page shows, asked for when it is looked at.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  Change,
  DiffReply,
  LineageReply,
  RunReply,
  RunsQuestion,
  RunsReply,
  TagWish
} from '../records';
import { Answer } from './answer';
import { ArtifactSource } from './artifact_source';
import { CurveSource } from './curve_source';
import type { StoreReader } from './store_reader';

/** Runs offered for a comparison of code. */
const OTHERS = 100;
const NOTE = 'mlflow.note.content';

/** A run and what is around it. */
export class RunModel {
  constructor(
    private readonly reader: StoreReader,
    readonly run_id: string
  ) {
    this.curves = new CurveSource(reader, () => [run_id]);
    this.artifacts = new ArtifactSource(reader, run_id);
    const parts = [this.run, this.lineage, this.others, this.diff, this.curves, this.artifacts];
    for (const part of parts) {
      part.changed.connect(() => this.#changed.emit());
    }
  }

  readonly run = new Answer(signal => this.reader.get<RunReply>(this.#path, {}, signal));
  readonly lineage = new Answer(signal =>
    this.reader.get<LineageReply>(`${this.#path}/lineage`, {}, signal)
  );
  /** Runs of the same experiment, the newest first. */
  readonly others = new Answer(signal => this.#askOthers(signal));
  /** What differs from the run of `against`. */
  readonly diff = new Answer<DiffReply | null>(async signal =>
    this.#against
      ? this.reader.get<DiffReply>(`runs/${this.#against}/diff/${this.run_id}`, {}, signal)
      : null
  );
  readonly curves: CurveSource;
  readonly artifacts: ArtifactSource;

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The run that the code is compared with. */
  get against(): string | null {
    return this.#against;
  }

  readonly compareWith = (run_id: string | null): void => {
    this.#against = run_id;
    this.diff.clear();
    if (run_id) {
      this.diff.load();
    }
  };

  /** Write the text about the run; an empty one takes it away. */
  readonly describe = async (text: string): Promise<void> => {
    const wish: TagWish = { key: NOTE, value: text || null };
    await this.reader.post(`${this.#path}/tags`, wish);
    await this.run.reload();
  };

  /** Whether a change may be about this run. */
  isTouched(change: Change): boolean {
    return change.runs && (!change.run_ids.length || change.run_ids.includes(this.run_id));
  }

  /** Ask again for what was asked; lineage and differences follow from what is fixed. */
  refresh(): void {
    this.run.refresh();
    this.curves.refresh();
    this.artifacts.refresh();
  }

  dispose(): void {
    this.curves.dispose();
    this.artifacts.dispose();
    for (const answer of [this.run, this.lineage, this.others, this.diff]) {
      answer.clear();
      Signal.clearData(answer);
    }
    Signal.clearData(this);
  }

  async #askOthers(signal: AbortSignal): Promise<RunsReply['runs']> {
    const experiment_id = this.run.value?.run.experiment_id;
    const question: RunsQuestion = {
      experiment_ids: experiment_id ? [experiment_id] : null,
      order_by: ['start_time DESC'],
      limit: OTHERS
    };
    const reply = await this.reader.post<RunsReply>('runs/search', question, signal);
    return reply.runs.filter(run => run.run_id !== this.run_id);
  }

  get #path(): string {
    return `runs/${this.run_id}`;
  }

  #against: string | null = null;
  #changed = new Signal<this, void>(this);
}
