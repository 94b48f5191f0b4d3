// @vitest-environment jsdom
import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Tracking } from '../src/notebook/tracking';

const MEDIA_TYPE = 'application/vnd.nbtrack.session+json';

/** A kernel that answers what it is told to, and writes down what it was asked. */
class Kernel {
  status = 'idle';
  language = 'python';
  asked: string[] = [];
  silent: boolean[] = [];
  stale: Record<string, string> = {};
  get info(): Promise<object> {
    return Promise.resolve({ language_info: { name: this.language } });
  }
  requestExecute(content: {
    code: string;
    silent: boolean;
    user_expressions: Record<string, string>;
  }): { done: Promise<object> } {
    this.asked.push(content.code + content.user_expressions['nbtrack']!);
    this.silent.push(content.silent);
    const facts = { track: 'cells', recorded: this.asked.length, stale: this.stale };
    const told = { status: 'ok', data: { [MEDIA_TYPE]: facts } };
    return { done: Promise.resolve({ content: { user_expressions: { nbtrack: told } } }) };
  }
}

class Context {
  kernel = new Kernel();
  session = { kernel: this.kernel };
  iopubMessage = new Signal<this, object>(this);
  statusChanged = new Signal<this, string>(this);
  kernelChanged = new Signal<this, object>(this);
  become(status: string): void {
    this.kernel.status = status;
    this.statusChanged.emit(status);
  }
  /** A cell runs. */
  run(): void {
    this.become('busy');
    this.iopubMessage.emit({ header: { msg_type: 'execute_input' } });
    this.become('idle');
  }
}

function followed(context: Context, wantsStale = true): Tracking {
  return new Tracking(context as unknown as ISessionContext, () => wantsStale);
}

describe('what is asked of a kernel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked once when several cells have run, and silently', async () => {
    const context = new Context();
    const tracking = followed(context);
    await vi.advanceTimersByTimeAsync(1000);
    expect(context.kernel.asked).toHaveLength(1);
    context.run();
    context.run();
    context.run();
    await vi.advanceTimersByTimeAsync(1000);
    expect(context.kernel.asked).toHaveLength(2);
    expect(context.kernel.silent).toEqual([true, true]);
    expect(tracking.facts?.recorded).toBe(2);
  });

  it('waits while the kernel is busy, and where nothing ran', async () => {
    const context = new Context();
    context.kernel.status = 'busy';
    followed(context);
    await vi.advanceTimersByTimeAsync(5000);
    expect(context.kernel.asked).toEqual([]);
    context.become('idle');
    await vi.advanceTimersByTimeAsync(100);
    context.become('busy');
    await vi.advanceTimersByTimeAsync(5000);
    expect(context.kernel.asked).toEqual([]);
    context.become('idle');
    await vi.advanceTimersByTimeAsync(1000);
    context.become('busy');
    context.become('idle');
    await vi.advanceTimersByTimeAsync(5000);
    expect(context.kernel.asked).toHaveLength(1);
  });

  it('leaves out what is stale where nobody wants to know', async () => {
    const context = new Context();
    followed(context, false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(context.kernel.asked[0]).toContain('stale=False');
  });

  it('is nothing in a kernel of another language', async () => {
    const context = new Context();
    context.kernel.language = 'R';
    const tracking = followed(context);
    await vi.advanceTimersByTimeAsync(1000);
    expect([context.kernel.asked, tracking.facts]).toEqual([[], null]);
  });

  it('is forgotten when the kernel restarts, and told only when it changes', async () => {
    const context = new Context();
    const tracking = followed(context);
    const told: unknown[] = [];
    tracking.changed.connect(() => told.push(tracking.facts?.recorded ?? null));
    await vi.advanceTimersByTimeAsync(1000);
    context.become('restarting');
    expect(tracking.facts).toBeNull();
    context.become('idle');
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([1, null, 2]);
  });

  it('is asked no more once the notebook is closed', async () => {
    const context = new Context();
    const tracking = followed(context);
    tracking.dispose();
    context.run();
    await vi.advanceTimersByTimeAsync(5000);
    expect(context.kernel.asked).toEqual([]);
  });
});
