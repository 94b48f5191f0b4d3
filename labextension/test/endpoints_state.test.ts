// @vitest-environment jsdom
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EndpointModel } from '../src/documents/endpoint_model';
import type { StoreReader } from '../src/documents/store_reader';
import { Endpoints } from '../src/state/endpoints';
import type { INbtrack } from '../src/tokens';

const item = (status: string, number = 1): object => ({
  name: 'churn',
  status,
  number,
  variants: []
});

/** Services with a server whose endpoints are told, and that counts what it was asked. */
class Services {
  asked: string[] = [];
  endpoints: object[] = [item('HEALTHY')];
  fault: string | null = null;
  storeChanged = new Signal<this, void>(this);
  stores = {
    isKnown: true,
    current: { store_id: 's', problem: null as string | null, is_missing: false },
    changed: this.storeChanged
  };
  requests = {
    get: async (path: string): Promise<object> => {
      this.asked.push(path);
      if (this.fault) {
        throw new Error(this.fault);
      }
      return { endpoints: this.endpoints };
    }
  };
}

function watched(services: Services): Endpoints {
  const endpoints = new Endpoints(services as unknown as INbtrack);
  endpoints.isWatched = true;
  return endpoints;
}

describe('the endpoints of a store', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are asked for each second while somebody looks, and rest otherwise', async () => {
    const services = new Services();
    const endpoints = watched(services);
    await vi.advanceTimersByTimeAsync(5100);
    expect(services.asked.length).toBeGreaterThanOrEqual(4);
    endpoints.isWatched = false;
    const before = services.asked.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(services.asked.length).toBeLessThanOrEqual(before + 1);
    endpoints.dispose();
  });

  it('are asked for less often where none runs', async () => {
    const services = new Services();
    services.endpoints = [item('STOPPED')];
    const endpoints = watched(services);
    await vi.advanceTimersByTimeAsync(8100);
    expect(services.asked.length).toBeLessThanOrEqual(4);
    endpoints.dispose();
  });

  it('say why there is no answer, and keep what was known', async () => {
    const services = new Services();
    const endpoints = watched(services);
    await vi.advanceTimersByTimeAsync(100);
    services.fault = 'the store is busy';
    await vi.advanceTimersByTimeAsync(3000);
    expect([endpoints.problem, endpoints.items?.length]).toEqual(['the store is busy', 1]);
    services.fault = null;
    await vi.advanceTimersByTimeAsync(3000);
    expect(endpoints.problem).toBeNull();
    endpoints.dispose();
  });

  it('are none where the store is not there, and others in another store', async () => {
    const services = new Services();
    const endpoints = watched(services);
    await vi.advanceTimersByTimeAsync(100);
    services.stores.current = { store_id: 'other', problem: 'nothing yet', is_missing: true };
    services.storeChanged.emit();
    expect(endpoints.items).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect([endpoints.items, endpoints.storeProblem]).toEqual([[], null]);
    endpoints.dispose();
  });
});

describe('the page of an endpoint', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('follows the figures, and how it is used only when another plan is in force', async () => {
    const asked: string[] = [];
    let number = 1;
    const reader = {
      get: async (path: string): Promise<object> => {
        asked.push(path);
        return path.endsWith('/use')
          ? { snippets: [], inputs: [], body: '{}' }
          : { endpoint: item('HEALTHY', number), events: [], lines: [] };
      }
    };
    const model = new EndpointModel(reader as unknown as StoreReader, 'churn');
    model.isWatched = true;
    model.part = 'log';
    await vi.advanceTimersByTimeAsync(4100);
    const count = (path: string): number => asked.filter(it => it === path).length;
    expect(count('endpoints/churn')).toBeGreaterThanOrEqual(3);
    expect(count('endpoints/churn/logs')).toBeGreaterThanOrEqual(3);
    expect(count('endpoints/churn/use')).toBe(1);
    number = 2;
    await vi.advanceTimersByTimeAsync(2000);
    expect(count('endpoints/churn/use')).toBe(2);
    model.part = null;
    model.isWatched = false;
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked.length).toBeLessThanOrEqual(before + 2);
    model.dispose();
  });
});
