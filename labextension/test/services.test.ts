import { describe, expect, it } from 'vitest';

import type { StoreItem, StoresReply } from '../src/records';
import { RequestError } from '../src/request';
import { Actions } from '../src/state/actions';
import { Stores } from '../src/state/stores';

function store(store_id: string): StoreItem {
  return {
    store_id,
    name: store_id,
    path: `/${store_id}`,
    is_read_only: false,
    is_missing: false,
    problem: null
  };
}

describe('stores', () => {
  const answers: Record<string, StoresReply> = {
    '': { stores: [store('a'), store('b')], current: null },
    'x.ipynb': { stores: [store('a'), store('b')], current: 'a' },
    'y.ipynb': { stores: [store('a'), store('b')], current: 'b' }
  };
  const ask = async (_: string, query: object): Promise<StoresReply> =>
    answers[(query as { notebook: string | null }).notebook ?? ''] as StoresReply;

  it('follow the notebook', async () => {
    const stores = new Stores(ask);
    expect([stores.isKnown, stores.current]).toEqual([false, null]);
    await stores.follow('x.ipynb');
    expect([stores.isKnown, stores.current?.store_id]).toEqual([true, 'a']);
    await stores.follow('y.ipynb');
    expect(stores.current?.store_id).toBe('b');
    await stores.follow(null);
    expect(stores.current).toBeNull();
  });

  it('stay with one that was chosen, until told to follow again', async () => {
    const stores = new Stores(ask);
    await stores.follow('x.ipynb');
    stores.choose('b');
    await stores.follow(null);
    expect(stores.current?.store_id).toBe('b');
    await stores.follow('x.ipynb');
    stores.choose(null);
    expect(stores.current?.store_id).toBe('a');
  });

  it('say that the server knows no nbtrack, until it does', async () => {
    let status = 404;
    const stores = new Stores(async (...asked) => {
      if (status !== 200) {
        throw new RequestError(status, { error_code: '404', message: 'no', position: null });
      }
      return ask(...asked);
    });
    await expect(stores.refresh()).rejects.toThrow('no');
    expect([stores.isUnserved, stores.isKnown]).toEqual([true, false]);
    status = 503;
    await expect(stores.refresh()).rejects.toThrow('no');
    expect(stores.isUnserved).toBe(false);
    status = 200;
    await stores.refresh();
    expect([stores.isUnserved, stores.isKnown]).toEqual([false, true]);
  });

  it('leave an answer that came too late', async () => {
    const late: ((reply: StoresReply) => void)[] = [];
    const stores = new Stores(() => new Promise(resolve => late.push(resolve)));
    const first = stores.follow('x.ipynb');
    const second = stores.follow('y.ipynb');
    late[1]?.(answers['y.ipynb'] as StoresReply);
    late[0]?.(answers['x.ipynb'] as StoresReply);
    await Promise.all([first, second]);
    expect(stores.current?.store_id).toBe('b');
  });
});

describe('actions', () => {
  it('are done by who provides them, as long as they do', () => {
    const missing: string[] = [];
    const actions = new Actions(name => missing.push(name));
    const opened: string[] = [];
    const provided = actions.provide('openRun', run_id => opened.push(run_id));
    actions.run.openRun('1');
    expect(actions.has('openRun')).toBe(true);
    provided.dispose();
    actions.run.openRun('2');
    expect([opened, missing, actions.has('openRun')]).toEqual([['1'], ['openRun'], false]);
  });

  it('of a later provider stay when an earlier one goes', () => {
    const actions = new Actions(() => undefined);
    const first = actions.provide('showRuns', () => undefined);
    actions.provide('showRuns', () => undefined);
    first.dispose();
    expect(actions.has('showRuns')).toBe(true);
  });
});
