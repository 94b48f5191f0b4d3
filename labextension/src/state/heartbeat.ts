/**
 * Looks for changes that no event told of, and for a server that was gone.
 */
import { Poll } from '@lumino/polling';

import type { INbtrack } from '../tokens';
import type { RunsModel } from './runs';

/** How long no runs need be asked for while events arrive. */
const QUIET_MILLISECONDS = 30_000;

/** Asks again after a while in which nothing was heard. */
export class Heartbeat {
  constructor(
    private readonly nbtrack: INbtrack,
    private readonly model: RunsModel,
    private readonly isVisible: () => boolean
  ) {
    nbtrack.changes.connect((_, change) => {
      this.#trusts ||= change.seq > 0;
    });
    this.#poll = new Poll({
      name: 'nbtrack:heartbeat',
      factory: () => this.#beat(),
      frequency: frequency(this.#seconds),
      standby: 'when-hidden'
    });
  }

  /** Seconds from one look to the next. */
  get seconds(): number {
    return this.#seconds;
  }

  set seconds(seconds: number) {
    if (Number.isFinite(seconds) && seconds > 0 && seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#poll.frequency = frequency(seconds);
    }
  }

  async #beat(): Promise<void> {
    // A few ms of the server, so that one that died, and one that came back, is seen soon.
    await this.nbtrack.stores.refresh().catch(() => undefined);
    if (this.model.seq > this.#seq) {
      this.#trusts &&= this.model.heard >= this.#looked;
      this.#seq = this.model.seq;
    }
    const isUnwell = this.model.trouble !== null && !this.model.trouble.isFilter;
    const patience = this.#trusts && !isUnwell ? QUIET_MILLISECONDS : 0;
    if (this.isVisible() && Date.now() - Math.max(this.model.heard, this.#looked) >= patience) {
      this.#looked = Date.now();
      this.model.refresh();
    }
  }

  /** Whether events arrive: one came, and no look found what none had told. */
  #trusts = false;
  #seq = 0;
  #looked = 0;
  #seconds = 5;
  #poll: Poll;
}

function frequency(seconds: number): { interval: number; max: number; backoff: boolean } {
  return { interval: seconds * 1000, max: 600_000, backoff: false };
}
