/**
 * Something that was asked of the server, is being asked, or could not be answered.
 */
import { Signal, type ISignal } from '@lumino/signaling';

import { isGivenUp, words } from '../request';

/** An answer that can be asked for again; the last question wins. */
export class Answer<T> {
  constructor(private readonly ask: (signal: AbortSignal) => Promise<T>) {}

  /** The last answer; it stays while the next one is on its way. */
  get value(): T | null {
    return this.#value;
  }

  /** Why the last question was not answered. */
  get problem(): string | null {
    return this.#problem;
  }

  get isLoading(): boolean {
    return this.#pending !== null;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Ask, unless it was asked before. */
  load(): void {
    if (!this.#isAsked) {
      void this.reload();
    }
  }

  /** Ask again at once; a question under way is given up, as it was another one. */
  async reload(): Promise<void> {
    this.#isAsked = true;
    this.#isOutdated = false;
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    this.#changed.emit();
    try {
      const value = await this.ask(pending.signal);
      if (this.#pending === pending) {
        this.#value = value;
        this.#problem = null;
      }
    } catch (error) {
      if (this.#pending === pending && !isGivenUp(error)) {
        this.#problem = words(error);
      }
    } finally {
      if (this.#pending === pending) {
        this.#pending = null;
        this.#changed.emit();
        if (this.#isOutdated) {
          void this.reload();
        }
      }
    }
  }

  /** Ask again, after a question under way: changes may come faster than answers. */
  refresh(): void {
    if (this.#pending) {
      this.#isOutdated = true;
    } else {
      void this.reload();
    }
  }

  /** Forget the answer and give up the question. */
  clear(): void {
    this.#pending?.abort();
    this.#pending = null;
    this.#isAsked = false;
    this.#isOutdated = false;
    this.#value = null;
    this.#problem = null;
    this.#changed.emit();
  }

  #value: T | null = null;
  #problem: string | null = null;
  #isAsked = false;
  #isOutdated = false;
  #pending: AbortController | null = null;
  #changed = new Signal<this, void>(this);
}
