import { describe, expect, it } from 'vitest';

import {
  columnsOf,
  FIRST_VIEW,
  metricOf,
  nextOrder,
  questionOf,
  restored
} from '../src/state/view';

describe('a view', () => {
  it('comes back as it was kept', () => {
    const view = {
      experiment_id: '7',
      onlyThisNotebook: false,
      filter: 'metrics.acc > 0.9',
      order: { column: 'metrics.acc', isDescending: true },
      columns: ['params.lr'],
      grouping: 'cell' as const,
      areDeleted: false
    };
    expect(restored(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  it.each([undefined, null, 'x', 3, {}, { columns: [1], order: 'x', grouping: 'y' }])(
    'is the first one where %j was kept',
    kept => {
      expect(restored(kept)).toEqual(FIRST_VIEW);
    }
  );

  it('shows the first metric unless columns were chosen', () => {
    expect(columnsOf(FIRST_VIEW, 'metrics.acc')).toEqual(['metrics.acc']);
    expect(columnsOf(FIRST_VIEW, null)).toEqual([]);
    expect(columnsOf({ ...FIRST_VIEW, columns: [] }, 'metrics.acc')).toEqual([]);
  });

  it('keeps its metric as long as runs have it', () => {
    expect(metricOf(['params.lr', 'metrics.a', 'metrics.b'], null)).toBe('metrics.a');
    expect(metricOf(['metrics.a', 'metrics.b'], 'metrics.b')).toBe('metrics.b');
    expect(metricOf(['metrics.a'], 'metrics.b')).toBe('metrics.a');
    expect(metricOf([], 'metrics.b')).toBe('metrics.b');
  });
});

describe('the question of a view', () => {
  it('asks for all runs of the notebook in the order of the store', () => {
    expect(questionOf(FIRST_VIEW, ['metrics.acc'], 'a/b.ipynb')).toEqual({
      experiment_ids: null,
      notebook: 'a/b.ipynb',
      filter: '',
      order_by: [],
      columns: ['metrics.acc'],
      view: 'ACTIVE_ONLY'
    });
  });

  it('names experiment, filter and order', () => {
    const view = {
      ...FIRST_VIEW,
      experiment_id: '3',
      onlyThisNotebook: false,
      filter: '  status = "FAILED" ',
      order: { column: 'metrics.val acc', isDescending: false },
      areDeleted: true
    };
    expect(questionOf(view, [], 'a.ipynb')).toEqual({
      experiment_ids: ['3'],
      notebook: null,
      filter: 'status = "FAILED"',
      order_by: ['metrics.`val acc` ASC'],
      columns: [],
      view: 'DELETED_ONLY'
    });
  });
});

describe('a click on a title', () => {
  it('orders down, up, and not any more', () => {
    const down = nextOrder(null, 'a');
    const up = nextOrder(down, 'a');
    expect([down, up, nextOrder(up, 'a')]).toEqual([
      { column: 'a', isDescending: true },
      { column: 'a', isDescending: false },
      null
    ]);
    expect(nextOrder(up, 'b')).toEqual({ column: 'b', isDescending: true });
  });
});
