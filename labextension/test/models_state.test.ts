// @vitest-environment jsdom
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Models } from '../src/state/models';
import type { INbtrack } from '../src/tokens';

/** Services with a server that answers from a table, and writes down what it was asked. */
class Services {
  asked: string[] = [];
  answers: Record<string, object> = {
    models: { models: [{ name: 'churn' }] },
    'models/churn': { model: { name: 'churn' }, versions: [], moves: [] },
    'models/churn/promote': { is_moved: true }
  };
  changes = new Signal<this, object>(this);
  storeChanged = new Signal<this, void>(this);
  stores = {
    isKnown: true,
    current: { store_id: 's', problem: null as string | null, is_read_only: false } as
      | object
      | null,
    changed: this.storeChanged
  };
  #answer = async (path: string, body?: object): Promise<object> => {
    this.asked.push(body ? `${path} ${JSON.stringify(body)}` : path);
    const answer = this.answers[path];
    if (!answer) {
      throw new Error(`there is no ${path}`);
    }
    return answer;
  };
  requests = { get: this.#answer, post: this.#answer, patch: this.#answer };
}

function opened(services: Services): Models {
  const models = new Models(services as unknown as INbtrack);
  models.isWatched = true;
  return models;
}

const change = (models: boolean): object => ({
  store_id: 's',
  seq: 1,
  runs: true,
  run_ids: [],
  models
});

describe('the models of a store', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are asked for once somebody looks, and again when models change', async () => {
    const services = new Services();
    const models = new Models(services as unknown as INbtrack);
    await vi.advanceTimersByTimeAsync(1000);
    expect(services.asked).toEqual([]);
    models.isWatched = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(models.items?.map(it => it.name)).toEqual(['churn']);
    services.changes.emit(change(false));
    services.changes.emit(change(true));
    services.changes.emit(change(true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(services.asked).toEqual(['models', 'models']);
  });

  it('wait with what changed until somebody looks again', async () => {
    const services = new Services();
    const models = opened(services);
    await vi.advanceTimersByTimeAsync(1000);
    models.isWatched = false;
    services.changes.emit(change(true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(services.asked).toEqual(['models']);
    models.isWatched = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(services.asked).toEqual(['models', 'models']);
  });

  it('open one by one, and close when another store is chosen', async () => {
    const services = new Services();
    const models = opened(services);
    models.open('churn');
    await vi.advanceTimersByTimeAsync(1000);
    expect([models.opened, models.page?.model.name]).toEqual(['churn', 'churn']);
    services.stores.current = { store_id: 'other', problem: null, is_read_only: true };
    services.storeChanged.emit();
    expect([models.opened, models.page, models.isReadOnly]).toEqual([null, null, true]);
  });

  it('say why there is no answer, and ask again', async () => {
    const services = new Services();
    const models = opened(services);
    models.open('gone');
    await vi.advanceTimersByTimeAsync(1000);
    expect(models.problem).toBe('there is no models/gone');
    models.open(null);
    await vi.advanceTimersByTimeAsync(1000);
    expect([models.problem, models.items?.length]).toEqual([null, 1]);
  });

  it('are not asked of a store that is not there', async () => {
    const services = new Services();
    const current = { store_id: 's', problem: 'why', is_missing: true, is_read_only: false };
    services.stores.current = current;
    const models = opened(services);
    await vi.advanceTimersByTimeAsync(1000);
    expect([services.asked, models.items, models.storeProblem]).toEqual([[], [], null]);
    services.stores.current = { ...current, is_missing: false };
    expect(models.storeProblem).toBe('why');
  });

  it('are read again after something was done', async () => {
    const services = new Services();
    const models = opened(services);
    models.open('churn');
    await vi.advanceTimersByTimeAsync(1000);
    await models.promote('churn', { version: '2', to: 'champion' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(services.asked).toEqual([
      'models/churn',
      'models/churn/promote {"version":"2","to":"champion"}',
      'models/churn'
    ]);
  });
});
