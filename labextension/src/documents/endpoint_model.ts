/**
 * All that an endpoint's page shows; what is live is asked for once a second while it is seen.
 */
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  Change,
  EndpointReply,
  LogsReply,
  ResultsReply,
  TrafficWish,
  TryReply,
  UseReply
} from '../records';
import { isLive } from '../state/endpoint_words';
import { Trial } from '../state/endpoint_trial';
import { Answer } from './answer';
import type { StoreReader } from './store_reader';

const LIVE_MILLISECONDS = 1000;
const QUIET_MILLISECONDS = 4000;
const LINES = 500;
/** Looks from one question for the comparison to the next. */
const RESULT_LOOKS = 5;

/** What of the page is followed besides the figures. */
export type EndpointPart = 'log' | 'results';

/** An endpoint and what is around it. */
export class EndpointModel {
  constructor(
    readonly reader: StoreReader,
    readonly name: string
  ) {
    for (const part of [this.live, this.use, this.log, this.results]) {
      part.changed.connect(() => this.#changed.emit());
    }
    this.trial.onChange = () => this.#changed.emit();
    this.#poll = new Poll({
      name: `nbtrack:endpoint:${name}`,
      factory: () => this.#look(),
      frequency: { interval: LIVE_MILLISECONDS, backoff: false, max: QUIET_MILLISECONDS },
      standby: () => !this.#isWatched || document.hidden
    });
  }

  readonly live = new Answer(signal => this.reader.get<EndpointReply>(this.#path, {}, signal));
  readonly use = new Answer(async signal => {
    const use = await this.reader.get<UseReply>(`${this.#path}/use`, {}, signal);
    this.trial.begin(use);
    return use;
  });
  readonly log = new Answer(signal =>
    this.reader.get<LogsReply>(`${this.#path}/logs`, { limit: LINES }, signal)
  );
  readonly results = new Answer(signal =>
    this.reader.get<ResultsReply>(`${this.#path}/results`, {}, signal)
  );
  readonly trial = new Trial(wish => this.reader.post<TryReply>(`${this.#path}/try`, wish));

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Whether somebody sees the page. */
  set isWatched(isWatched: boolean) {
    this.#isWatched = isWatched;
    if (isWatched) {
      void this.#poll.refresh();
    }
  }

  /** The part that is open, and asked for again with the figures. */
  set part(part: EndpointPart | null) {
    this.#part = part;
    if (part !== null) {
      this[part].load();
    }
  }

  /** Other shares, another rate of the log. */
  async change(wish: TrafficWish): Promise<void> {
    await this.reader.post<EndpointReply>(`${this.#path}/traffic`, wish);
    this.refresh();
  }

  /** What is done to endpoints is no change of runs or models: the poll sees it. */
  isTouched(change: Change): boolean {
    return change.models;
  }

  refresh(): void {
    void this.#poll.refresh();
  }

  dispose(): void {
    this.#poll.dispose();
    for (const answer of [this.live, this.use, this.log, this.results]) {
      answer.clear();
      Signal.clearData(answer);
    }
    Signal.clearData(this);
  }

  async #look(): Promise<void> {
    await this.live.reload();
    const item = this.live.value?.endpoint;
    if (item && item.number !== this.#number) {
      this.#number = item.number;
      this.use.refresh();
    }
    // the comparison reads many predictions, so it follows more slowly
    const isDue = this.#part === 'log' || this.#looks % RESULT_LOOKS === 0;
    this.#looks += 1;
    if (this.#part !== null && isDue) {
      this[this.#part].refresh();
    }
    const interval = item && isLive(item) ? LIVE_MILLISECONDS : QUIET_MILLISECONDS;
    if (!this.#poll.isDisposed && interval !== this.#poll.frequency.interval) {
      this.#poll.frequency = { ...this.#poll.frequency, interval };
    }
  }

  get #path(): string {
    return `endpoints/${this.name}`;
  }

  #part: EndpointPart | null = null;
  #number = 0;
  #looks = 0;
  #isWatched = false;
  #poll: Poll;
  #changed = new Signal<this, void>(this);
}
