/**
 * How tracking stands in the kernel of one notebook, asked again each time a cell has run.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { askKernel, setTracking, type KernelFacts } from './kernel_facts';

/** A kernel that is idle for so long is not about to run the next of several cells. */
const QUIET_MILLISECONDS = 400;

/** The facts of the kernel of one notebook. */
export class Tracking implements IDisposable {
  constructor(
    private readonly context: ISessionContext,
    private readonly wantsStale: () => boolean
  ) {
    context.iopubMessage.connect(this.#heard, this);
    context.statusChanged.connect(this.#settle, this);
    context.kernelChanged.connect(this.#renew, this);
    this.#settle();
  }

  /** Null where the kernel is no Python, or has not answered yet. */
  get facts(): KernelFacts | null {
    return this.#facts;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Ask again as soon as the kernel is idle. */
  refresh(): void {
    this.#isDue = true;
    this.#settle();
  }

  /** Record every cell from now on, or only those with `%%track`. */
  async set(state: 'on' | 'off'): Promise<void> {
    const kernel = this.context.session?.kernel;
    if (kernel) {
      const facts = await setTracking(kernel, state);
      this.#take({ ...facts, stale: this.#facts?.stale ?? {} });
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    window.clearTimeout(this.#timer);
    Signal.clearData(this);
  }

  #heard(_: ISessionContext, message: KernelMessage.IMessage): void {
    if (message.header.msg_type === 'execute_input') {
      this.#isDue = true;
    }
  }

  #renew(): void {
    this.#isDue = true;
    this.#take(null);
    this.#settle();
  }

  #settle(): void {
    window.clearTimeout(this.#timer);
    const status = this.context.session?.kernel?.status;
    if (status === 'restarting' || status === 'autorestarting') {
      this.#isDue = true;
      this.#take(null);
    }
    if (this.#isDue && status === 'idle' && !this.#isDisposed) {
      this.#timer = window.setTimeout(() => void this.#ask(), QUIET_MILLISECONDS);
    }
  }

  async #ask(): Promise<void> {
    const kernel = this.context.session?.kernel;
    if (!kernel || kernel.status !== 'idle' || this.#isAsking) {
      return;
    }
    this.#isDue = false;
    this.#isAsking = true;
    try {
      const info = await kernel.info;
      const isPython = info.language_info.name === 'python';
      this.#take(isPython ? await askKernel(kernel, this.wantsStale()) : null);
    } catch {
      this.#take(null); // the kernel went away while it was asked
    } finally {
      this.#isAsking = false;
      this.#settle();
    }
  }

  #take(facts: KernelFacts | null): void {
    if (!this.#isDisposed && JSON.stringify(facts) !== JSON.stringify(this.#facts)) {
      this.#facts = facts;
      this.#changed.emit();
    }
  }

  #facts: KernelFacts | null = null;
  #isDue = true;
  #isAsking = false;
  #isDisposed = false;
  #timer = 0;
  #changed = new Signal<this, void>(this);
}
