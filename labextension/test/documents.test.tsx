import { nullTranslator } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { MetricTable } from '../src/components/metric_table';
import { Answer } from '../src/documents/answer';
import { ChartChoice } from '../src/state/charts';
import { CompareModel } from '../src/documents/compare_model';
import { ComparePage } from '../src/documents/compare_page';
import { CurveSource } from '../src/documents/curve_source';
import { RunModel } from '../src/documents/run_model';
import { RunPage } from '../src/documents/run_page';
import { StoreReader } from '../src/documents/store_reader';
import type { Change, CurvesReply, DiffReply, LineageReply } from '../src/records';
import type { IRequests, Query } from '../src/tokens';
import { reply } from './replies';

const trans = nullTranslator.load('nbtrack');
const HOSTILE = '<script>alert(1)</script>';

/** A server of fixed answers that remembers what it was asked. */
class FixedServer implements IRequests {
  readonly isOnline = true;
  readonly onlineChanged: ISignal<IRequests, boolean> = new Signal<IRequests, boolean>(this);
  readonly asked: string[] = [];

  constructor(readonly answers: Record<string, unknown>) {}

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#answer(path, query) as T;
  }

  async post<T>(path: string): Promise<T> {
    return this.#answer(path, {}) as T;
  }

  async patch<T>(path: string): Promise<T> {
    return this.#answer(path, {}) as T;
  }

  async raw(path: string, query: Query = {}, init: RequestInit = {}): Promise<Response> {
    return new Response(JSON.stringify(this.#answer(path, query, init.body)));
  }

  url(path: string, query: Query = {}): string {
    return `/${path}?store=${query.store}`;
  }

  #answer(path: string, query: Query, body?: unknown): unknown {
    this.asked.push(`${path} ${query.store ?? ''}${body ? ` ${String(body)}` : ''}`);
    if (!(path in this.answers)) {
      throw new Error(`no run ${path}`);
    }
    return this.answers[path];
  }
}

const CURVES: CurvesReply = {
  curves: ['a', 'b'].map((run_id, index) => ({
    run_id,
    key: 'loss',
    steps: [0, 1],
    timestamps: [0, 1000],
    values: [2, index]
  }))
};

function metrics(value: number) {
  return [{ key: 'loss', value, step: 1, count: 2, min: value, max: 2 }];
}

const CELL = {
  execution_id: 'e1',
  source: 'lr = 0.1',
  number: 4,
  cell_id: 'cell-1',
  notebook: 'story.ipynb',
  status: 'ok',
  start_time: 1
};

const LINEAGE: LineageReply = {
  target: 'a',
  nodes: [{ execution_id: 'e1', source: HOSTILE, number: 4, cell_id: 'c', is_target: true }],
  edges: [],
  code: 'lr = 0.1',
  exact: false,
  doubts: ['a file was read'],
  stale: [],
  missing: []
};

const DIFF: DiffReply = {
  before: 'a',
  after: 'b',
  headline: 'lr is the cause',
  findings: [
    { kind: 'param', title: 'lr', role: 'cause', before: '0.1', after: '0.2', where: 'cell 4' }
  ],
  effects: [{ key: 'loss', before: 0, after: 1 }],
  same: ['data'],
  code: [
    {
      title: 'cell 4',
      differs: true,
      lines: [
        { sign: '-', text: 'lr = 0.1' },
        { sign: '+', text: 'lr = 0.2' }
      ]
    }
  ]
};

const RUN_A = reply('a', { params: { lr: '0.1' }, metrics: metrics(0), cell: CELL });
const RUN_B = reply('b', {
  params: { lr: '0.2' },
  metrics: metrics(1),
  error: 'ValueError: no'
});

const ANSWERS = {
  'runs/a': RUN_A,
  'runs/b': RUN_B,
  'runs/a/lineage': LINEAGE,
  'runs/a/diff/b': DIFF,
  'runs/curves': CURVES,
  'runs/several': { runs: [RUN_A, RUN_B] },
  'runs/images': {
    images: [
      { run_id: 'a', path: 'roc.png', name: 'roc.png', step: null },
      { run_id: 'b', path: 'roc.png', name: 'roc.png', step: null }
    ],
    is_cut: false
  }
};

const acts = {
  jump: () => undefined,
  restore: () => undefined,
  reproduce: () => undefined,
  register: () => undefined,
  openRun: () => undefined,
  openModel: () => undefined,
  compare: () => undefined,
  copy: () => undefined,
  describe: () => Promise.resolve(true)
};

function reader(answers: Record<string, unknown> = ANSWERS): [StoreReader, FixedServer] {
  const server = new FixedServer(answers);
  return [new StoreReader(server, 'store-1'), server];
}

function change(run_ids: string[], runs = true): Change {
  return { store_id: 'store-1', seq: 1, runs, run_ids, models: false };
}

function runPage(model: RunModel, tab: string, isReadOnly = false): string {
  return drawn(
    <RunPage
      model={model}
      acts={acts}
      isReadOnly={isReadOnly}
      render={() => () => undefined}
      trans={trans}
      tab={tab}
      chooseTab={() => undefined}
    />
  );
}

function drawn(element: ReactElement): string {
  return renderToStaticMarkup(element);
}

describe('an answer', () => {
  it('is of the last question, whichever comes first', async () => {
    const waiting: ((value: string) => void)[] = [];
    const answer = new Answer(() => new Promise<string>(resolve => waiting.push(resolve)));
    const first = answer.reload();
    const second = answer.reload();
    waiting[1]?.('new');
    waiting[0]?.('old');
    await Promise.all([first, second]);
    expect([answer.value, answer.isLoading]).toEqual(['new', false]);
  });

  it('stays while a newer one cannot be had', async () => {
    let isFine = true;
    const answer = new Answer(async () => {
      if (isFine) {
        return 1;
      }
      throw new Error('the store is locked');
    });
    await answer.reload();
    isFine = false;
    await answer.reload();
    expect([answer.value, answer.problem]).toEqual([1, 'the store is locked']);
    answer.clear();
    expect([answer.value, answer.problem]).toEqual([null, null]);
  });

  it('is asked for once, however often it is loaded', async () => {
    let count = 0;
    const answer = new Answer(async () => (count += 1));
    answer.load();
    answer.load();
    expect(count).toBe(1);
  });

  it('is waited for when changes come faster than answers', async () => {
    const waiting: ((value: number) => void)[] = [];
    const answer = new Answer(() => new Promise<number>(resolve => waiting.push(resolve)));
    answer.refresh();
    answer.refresh();
    answer.refresh();
    expect(waiting).toHaveLength(1);
    waiting[0]?.(1);
    await new Promise(resolve => setTimeout(resolve));
    expect([answer.value, waiting.length]).toEqual([1, 2]);
    waiting[1]?.(2);
    await new Promise(resolve => setTimeout(resolve));
    expect([answer.value, waiting.length]).toEqual([2, 2]);
  });
});

describe('curves', () => {
  it('are asked for only for the metrics on the screen, and of one store', async () => {
    const [store, server] = reader();
    const source = new CurveSource(store, () => ['a']);
    source.refresh();
    expect(server.asked).toEqual([]);
    source.want(['loss']);
    source.want(['loss']);
    await Promise.resolve();
    expect(server.asked).toEqual([
      'runs/curves store-1 {"run_ids":["a"],"keys":["loss"],"points":600}'
    ]);
  });
});

describe('the page of a run', () => {
  it('waits, then shows what there is', async () => {
    const model = new RunModel(reader()[0], 'a');
    const pending = model.run.reload();
    expect(runPage(model, 'overview')).toContain('Loading…');
    await pending;
    const page = runPage(model, 'overview');
    expect(page).toContain('<h2>a</h2>');
    expect(page).toContain('story.ipynb, execution [4]');
    expect(page).toContain('2 s');
    expect(page).not.toContain('data-name="error"');
    expect(runPage(model, 'params')).toContain('<th scope="row">lr</th>');
  });

  it('shows why a run failed, and why one is not there', async () => {
    const failed = new RunModel(reader()[0], 'b');
    await failed.run.reload();
    expect(runPage(failed, 'error')).toContain('data-name="error"');
    const gone = new RunModel(reader({})[0], 'gone');
    await gone.run.reload();
    expect(runPage(gone, 'overview')).toContain('role="alert"');
    expect(runPage(gone, 'overview')).toContain('no run runs/gone');
  });

  it('offers no change of a store that can only be read', async () => {
    const model = new RunModel(reader()[0], 'a');
    await model.run.reload();
    expect(runPage(model, 'overview')).toContain('Write a description');
    expect(runPage(model, 'overview', true)).not.toContain('Write a description');
  });

  it('shows the first of many metrics, by name, above the charts', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      ...metrics(0)[0]!,
      key: `norm_${29 - n}`
    }));
    const table = drawn(<MetricTable metrics={many} trans={trans} />);
    expect(table.match(/<th scope="row">norm_\d+/g)?.slice(0, 3)).toEqual(
      ['norm_0', 'norm_1', 'norm_2'].map(it => `<th scope="row">${it}`)
    );
    expect(table).not.toContain('norm_20<');
    expect(table).toContain('Show all 30 metrics');
  });

  it('draws charts with words for those who do not see them', async () => {
    const model = new RunModel(reader()[0], 'a');
    await model.run.reload();
    model.curves.want(['loss']);
    await new Promise(resolve => setTimeout(resolve));
    const page = runPage(model, 'metrics');
    expect(page).toContain('aria-label="loss. a: from 2 to 0, lowest 0, highest 2"');
    expect(page).toContain('role="slider"');
  });

  it('takes hostile code as text', async () => {
    const model = new RunModel(reader()[0], 'a');
    await Promise.all([model.run.reload(), model.lineage.reload()]);
    const page = runPage(model, 'lineage');
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('a file was read');
    expect(page).toContain('may be more than needed');
  });

  it('is touched by changes of its run, and by those without names', () => {
    const model = new RunModel(reader()[0], 'a');
    expect(
      [change(['a']), change([]), change(['b']), change([], false)].map(it => model.isTouched(it))
    ).toEqual([true, true, false, false]);
  });
});

describe('a comparison', () => {
  const slots = new Map([
    ['a', 0],
    ['b', 1]
  ]);

  function comparePage(model: CompareModel, tab: string): string {
    return drawn(
      <ComparePage
        model={model}
        slots={slots}
        openRun={() => undefined}
        trans={trans}
        tab={tab}
        chooseTab={() => undefined}
      />
    );
  }

  async function compared(): Promise<CompareModel> {
    const model = new CompareModel(reader()[0], ['a', 'b'], trans, new ChartChoice(null, null));
    await Promise.all([model.runs.reload(), model.diff.reload()]);
    return model;
  }

  it('shows what differs and which run is best', async () => {
    const page = comparePage(await compared(), 'table');
    expect(page).toContain('2 runs compared');
    expect(page).toContain('<th scope="row" title="lr">lr</th>');
    expect(page).toContain('aria-label="best"');
    expect(page).not.toContain('story.ipynb');
  });

  it('draws metrics as bars, and pictures beside each other', async () => {
    const model = await compared();
    const bars = comparePage(model, 'bars');
    expect(bars).toContain('aria-label="loss of each run"');
    expect(bars).toContain('left:0%;width:100%');
    await model.images.reload();
    const pictures = comparePage(model, 'images');
    expect(pictures).toContain('alt="roc.png, a"');
    expect(pictures).toContain('alt="roc.png, b"');
  });

  it('draws runs over axes and as points', async () => {
    const model = await compared();
    expect(comparePage(model, 'parallel')).toContain(
      '2 of 2 runs over the axes params.lr, metrics.loss'
    );
    expect(comparePage(model, 'scatter')).toContain('a: params.lr 0.1, metrics.loss 0');
  });

  it('draws boxes over what runs have in common, and says what a map would need', async () => {
    const page = comparePage(await compared(), 'charts');
    expect(page).toContain('metrics.loss by params.lr: 2 boxes');
    expect(page).toContain('1 run, median');
    expect(page).toContain('A map needs three runs or more');
    expect(page).toContain('Chart 2 of 2');
  });

  it('names the cause of a difference first', async () => {
    const page = comparePage(await compared(), 'code');
    expect(page.indexOf('cause')).toBeLessThan(page.indexOf('cell 4'));
    expect(page).toContain('nbtrack-mod-gone');
  });

  it('says so when all of its runs are gone', async () => {
    const [store] = reader({ 'runs/several': { runs: [] } });
    const none = new CompareModel(store, ['x', 'y'], trans, new ChartChoice(null, null));
    await none.runs.reload();
    expect(none.runs.problem).toBe('None of these runs is there any more.');
  });

  it('forgets the pair of a run that is taken out', async () => {
    const model = await compared();
    model.choosePair({ before: 'b', after: 'a' });
    model.remove('b');
    expect([model.run_ids, model.pair]).toEqual([['a'], { before: 'a', after: 'a' }]);
  });
});
