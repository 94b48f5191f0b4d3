import { describe, expect, it } from 'vitest';

import { shownRows } from '../src/components/compare_table';
import { differences, directionOf, ranking } from '../src/components/differences';
import { axisName, firstAxes } from '../src/components/parallel_board';
import { numericRows } from '../src/components/scatter_board';
import { legendItems } from '../src/documents/compare_page';
import type { RunReply } from '../src/records';
import { reply } from './replies';

function metric(key: string, value: number | string): RunReply['metrics'][number] {
  return { key, value, step: 0, count: 1, min: value, max: value };
}

const RUNS = [
  reply('a', {
    params: { lr: '0.1', depth: '3' },
    metrics: [metric('acc', 0.9), metric('loss', 0.4)],
    tags: { stage: 'try', 'mlflow.user': 'u' }
  }),
  reply('b', {
    params: { lr: '0.2', depth: '3' },
    metrics: [metric('acc', 0.8), metric('loss', 0.3)],
    tags: { stage: 'try' }
  }),
  reply('c', { params: { lr: '0.3', depth: '3' }, metrics: [metric('acc', 'NaN')] })
];

describe('differences', () => {
  const rows = differences(RUNS);
  const row = (key: string) => rows.find(it => it.key === key);

  it('have a value for each run, in their order', () => {
    expect(row('lr')).toEqual({
      group: 'params',
      key: 'lr',
      values: ['0.1', '0.2', '0.3'],
      differs: true,
      best: []
    });
    expect(row('depth')?.differs).toBe(false);
    expect(row('stage')?.values).toEqual(['try', 'try', null]);
    expect(row('mlflow.user')).toBeUndefined();
  });

  it('mark the best by what the metric is', () => {
    expect(row('acc')?.best).toEqual([0]);
    expect(row('loss')?.best).toEqual([1]);
    expect(['val_loss', 'rmse', 'log_loss', 'fit_time', 'neg_mean'].map(directionOf)).toEqual([
      'lower',
      'lower',
      'lower',
      'lower',
      'higher'
    ]);
    expect(['accuracy', 'glossiness', 'timely'].map(directionOf)).toEqual([
      'higher',
      'higher',
      'higher'
    ]);
  });

  it('mark no best of what says how a run was made', () => {
    const made = [1, 2].map(value => reply(`${value}`, { metrics: [metric('lr', value)] }));
    expect(differences(made).find(it => it.key === 'lr')?.best).toEqual([]);
  });

  it('leave out what is the same, and what the filter does not name', () => {
    const keys = (isOnly: boolean, filter: string) =>
      shownRows(rows, isOnly, filter).map(it => it.key);
    expect(keys(true, '')).toEqual(['lr', 'acc', 'loss', 'stage']);
    expect(keys(false, 'DEP')).toEqual(['depth']);
  });

  it('put runs in order, those without a number last', () => {
    expect(ranking(RUNS, 'acc', 'higher')).toEqual([0, 1, 2]);
    expect(ranking(RUNS, 'loss', 'lower')).toEqual([1, 0, 2]);
    expect(ranking(RUNS, 'none', 'lower')).toEqual([0, 1, 2]);
  });

  it('give the axes that are drawn at first', () => {
    expect(firstAxes(rows)).toEqual(['params.lr', 'metrics.acc', 'metrics.loss']);
    expect(numericRows(rows).map(axisName)).toEqual([
      'params.lr',
      'metrics.acc',
      'metrics.loss',
      'duration_seconds',
      'params.depth'
    ]);
  });
});

describe('the legend', () => {
  it('tells runs of one name apart by their ids', () => {
    const twins = [
      reply('run-1', { name: 'fox' }),
      reply('run-2', { name: 'fox' }),
      reply('run-3', { name: 'owl' })
    ];
    const slots = new Map([
      ['run-1', 0],
      ['run-3', 2]
    ]);
    expect(legendItems(twins, slots)).toEqual([
      { id: 'run-1', label: 'fox (un-1)', slot: 0 },
      { id: 'run-2', label: 'fox (un-2)', slot: 0 },
      { id: 'run-3', label: 'owl', slot: 2 }
    ]);
  });
});
