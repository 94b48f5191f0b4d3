import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Change, RunsQuestion, RunsReply, StoreItem } from '../src/records';
import { RequestError } from '../src/request';
import { Actions } from '../src/state/actions';
import { RunsModel } from '../src/state/runs';
import { Stores } from '../src/state/stores';
import type { INbtrack } from '../src/tokens';
import { reply } from './replies';

const STORE: StoreItem = {
  store_id: 's',
  name: 'project',
  path: '/project',
  is_read_only: false,
  is_missing: false,
  problem: null
};

/** A server with some runs, of which every question is noted. */
class Server {
  readonly asked: RunsQuestion[] = [];
  total = 1000;
  isGone = false;
  isBusy = false;
  listings = 0;
  columns = ['metrics.acc', 'params.lr'];

  answer(question: RunsQuestion): RunsReply {
    this.asked.push(question);
    if (this.isGone) {
      const message = 'there is no store';
      throw new RequestError(404, { error_code: 'GONE', message, position: null });
    }
    if (this.isBusy) {
      throw new RequestError(503, { error_code: 'BUSY', message: 'held', position: null });
    }
    if (question.filter === '!!') {
      throw new RequestError(400, { error_code: 'FILTER', message: 'no field', position: 0 });
    }
    const { offset = 0, limit = 200 } = question;
    const size = Math.max(0, Math.min(limit, this.total - offset));
    const runs = Array.from({ length: size }, (_, place) => reply(`run-${offset + place}`).run);
    const shown = question.columns ?? this.columns.slice(0, 1);
    return { runs, total: this.total, seq: 4, columns: this.columns, shown };
  }

  get pages(): number[] {
    return this.asked.map(it => (it.offset ?? 0) / 200);
  }
}

let server: Server;
let changes: Signal<INbtrack, Change>;
let model: RunsModel;

/** Lets every answer arrive that is under way. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
}

beforeEach(async () => {
  server = new Server();
  const stores = new Stores(async () => {
    server.listings += 1;
    return { stores: [STORE], current: 's' };
  });
  const requests = {
    isOnline: true,
    onlineChanged: new Signal({} as never),
    get: async () => ({ experiments: [], fields: [], operators: [], words: [] }),
    post: async (_: string, question: RunsQuestion) => server.answer(question)
  };
  const nbtrack = {
    trans: nullTranslator.load('nbtrack'),
    requests,
    stores,
    actions: new Actions(() => undefined)
  } as unknown as INbtrack;
  changes = new Signal<INbtrack, Change>(nbtrack);
  Object.assign(nbtrack, { changes });
  model = new RunsModel(nbtrack);
  await stores.follow('a.ipynb');
  await settled();
});

describe('the list of runs', () => {
  it('asks for one page once, and leaves it to the server which metric it shows', () => {
    expect(server.asked.map(it => [it.offset, it.columns])).toEqual([[0, null]]);
    expect(model.columns).toEqual(['metrics.acc']);
    expect(model.rows.total).toBe(1000);
  });

  it('asks again when the metric it shows is gone', async () => {
    server.asked.length = 0;
    server.columns = ['metrics.loss'];
    model.refresh();
    await settled();
    expect(server.asked.map(it => it.columns)).toEqual([['metrics.acc'], ['metrics.loss']]);
  });

  it('asks for the page that comes into sight, never for all', async () => {
    server.asked.length = 0;
    model.see(430, 460);
    await settled();
    expect(server.pages).toEqual([2]);
    expect(model.rows.at(430)?.run_id).toBe('run-430');
  });

  it('asks again for what is seen once something changed', async () => {
    model.see(430, 460);
    await settled();
    server.asked.length = 0;
    changes.emit({ store_id: 's', seq: 5, runs: true, run_ids: ['run-1'], models: false });
    await settled();
    expect(server.pages).toEqual([2]);
  });

  it('asks nothing when only models changed', async () => {
    server.asked.length = 0;
    changes.emit({ store_id: 's', seq: 5, runs: false, run_ids: [], models: true });
    await settled();
    expect(server.asked).toEqual([]);
  });

  it('finds the first run of an empty list', async () => {
    server.total = 0;
    model.refresh();
    await settled();
    expect(model.rows.total).toBe(0);
    server.total = 1;
    model.refresh();
    await settled();
    expect(model.rows.at(0)?.run_id).toBe('run-0');
  });

  it('starts at the first page under another filter', async () => {
    model.see(800, 840);
    await settled();
    server.asked.length = 0;
    model.look({ filter: 'metrics.acc > 0.9' });
    await settled();
    expect(server.asked.map(it => [it.filter, it.offset])).toContainEqual(['metrics.acc > 0.9', 0]);
  });

  it('says where a filter is wrong, and keeps what it shows', async () => {
    model.look({ filter: '!!' });
    await settled();
    expect(model.trouble).toEqual({ message: 'no field', position: 0, isFilter: true });
    expect(model.rows.at(0)?.run_id).toBe('run-0');
    model.look({ filter: '' });
    await settled();
    expect(model.trouble).toBeNull();
  });

  it('shows no rows of a store that was taken away', async () => {
    server.isGone = true;
    model.refresh();
    await settled();
    expect(model.rows.total).toBe(0);
    expect(model.trouble?.message).toBe('there is no store');
    expect(server.listings).toBe(2);
  });

  it('keeps its rows while a store is busy', async () => {
    server.isBusy = true;
    model.refresh();
    await settled();
    expect(model.rows.total).toBe(1000);
  });

  it('shows runs of all notebooks when told to', async () => {
    expect(server.asked.at(-1)?.notebook).toBe('a.ipynb');
    model.look({ onlyThisNotebook: false });
    await settled();
    expect(server.asked.at(-1)?.notebook).toBeNull();
  });

  it('asks for the first thousand runs while it is grouped', async () => {
    server.total = 3000;
    server.asked.length = 0;
    model.look({ grouping: 'cell' });
    await settled();
    expect([...new Set(server.pages)].sort()).toEqual([0, 1, 2, 3, 4]);
    const lines = model.lines(() => 'cell');
    expect(lines?.length).toBe(1001);
  });

  it('folds a group', async () => {
    model.look({ grouping: 'cell' });
    await settled();
    model.fold('story.ipynb#cell-1');
    expect(model.lines(() => 'cell')?.length).toBe(1);
  });

  it('knows the rows that are selected', () => {
    model.selection = { ids: ['run-3', 'run-1', 'gone'], focus: null, anchor: null };
    expect(model.selected.map(it => it.run_id)).toEqual(['run-3', 'run-1']);
  });
});
