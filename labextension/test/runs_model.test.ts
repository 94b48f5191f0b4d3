import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Change, GroupsReply, RunsQuestion, RunsReply, StoreItem } from '../src/records';
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

  readonly grouped: { by: string; key?: string; runs: RunsQuestion }[] = [];

  /** Two groups of a half of the runs each. */
  group(question: { by: string; key?: string; runs: RunsQuestion }): GroupsReply | RunsReply {
    this.grouped.push(question);
    const size = this.total / 2;
    if (question.key !== undefined) {
      if (this.isGone) {
        const message = 'there is no group';
        throw new RequestError(404, { error_code: 'GONE', message, position: null });
      }
      const { offset = 0 } = question.runs;
      const runs = Array.from({ length: 200 }, (_, place) => reply(`run-${offset + place}`).run);
      return { runs, total: size, seq: 4, columns: this.columns, shown: this.columns.slice(0, 1) };
    }
    const groups = [0, 1].map(it => ({
      key: `#${it}`,
      value: `${it}`,
      notebook: null,
      size,
      last_run_id: 'run-0',
      last_time: 1000,
      values: {},
      run: null
    }));
    return {
      groups,
      group_count: 2,
      total: this.total,
      seq: 4,
      columns: this.columns,
      shown: this.columns.slice(0, 1)
    };
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
    post: async (path: string, question: never) =>
      path === 'runs/search' ? server.answer(question) : server.group(question)
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

  it('asks for groups of all runs, and for the runs of one when it is opened', async () => {
    server.total = 3000;
    server.asked.length = 0;
    model.look({ grouping: 'params.lr' });
    await settled();
    expect(server.asked).toEqual([]);
    expect(server.grouped.map(it => [it.by, it.key])).toEqual([['params.lr', undefined]]);
    expect([model.total, model.lineCount]).toEqual([3000, 2]);
    model.fold('#0');
    model.see(450, 460);
    await settled();
    expect(server.grouped.slice(1).map(it => [it.key, it.runs.offset])).toContainEqual(['#0', 400]);
    expect(model.lineCount).toBe(2 + 1500);
    expect(model.lineAt(450)).toMatchObject({ kind: 'run', depth: 1, row: { run_id: 'run-449' } });
    expect(model.lineAt(1000)).toBeUndefined();
    expect(model.lineAt(1501)).toMatchObject({ kind: 'group', key: '#1' });
    model.selection = { ids: ['run-449'], focus: null, anchor: null };
    expect(model.selected).toHaveLength(1);
  });

  it('closes a group that is gone, and asks for the groups again', async () => {
    model.look({ grouping: 'params.lr' });
    await settled();
    server.grouped.length = 0;
    server.isGone = true;
    model.fold('#1');
    await settled();
    expect(server.grouped.map(it => it.key)).toEqual(['#1', undefined]);
  });

  it('knows the rows that are selected', () => {
    model.selection = { ids: ['run-3', 'run-1', 'gone'], focus: null, anchor: null };
    expect(model.selected.map(it => it.run_id)).toEqual(['run-3', 'run-1']);
  });
});
