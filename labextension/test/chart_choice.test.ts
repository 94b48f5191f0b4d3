import { StateDB } from '@jupyterlab/statedb';
import { describe, expect, it } from 'vitest';

import { boxOf, categories } from '../src/charts/box_figures';
import { heightAt, merged, spansPlane, stripesOf } from '../src/charts/contour_field';
import { axesOf, chosenRows } from '../src/components/chart_card';
import { axisName } from '../src/components/parallel_board';
import type { IDifference } from '../src/components/differences';
import { ChartChoice, FIRST_CHARTS, movedChart, restoredCharts } from '../src/state/charts';

function row(
  group: IDifference['group'],
  key: string,
  values: (number | string | null)[]
): IDifference {
  return { group, key, values, differs: true, best: [] };
}

const wish = { kind: 'box' as const, x: '', y: '', z: '', isLog: false };

describe('a box', () => {
  it('has the quartiles of NumPy, and whiskers that end before what is far away', () => {
    expect(boxOf([1, 2, 3, 4, 100])).toEqual({ low: 1, first: 2, median: 3, third: 4, high: 4 });
    expect(boxOf([NaN, 5])).toEqual({ low: 5, first: 5, median: 5, third: 5, high: 5 });
    expect(boxOf([NaN])).toBeNull();
  });

  it('is one for all runs of a value, numbers in their order', () => {
    expect(categories(['10', '9', null, '10'])).toEqual([
      { name: '9', places: [1] },
      { name: '10', places: [0, 3] }
    ]);
  });
});

describe('a map', () => {
  const spots = [
    { x: 0, y: 0, z: 0 },
    { x: 1, y: 0, z: 1 },
    { x: 0, y: 1, z: 1 }
  ];

  it('goes through its points and stays between them', () => {
    expect(heightAt(spots, 1, 0)).toBeCloseTo(1, 6);
    expect(heightAt(spots, 0.4, 0.4)).toBeGreaterThan(0);
    expect(heightAt(spots, 0.4, 0.4)).toBeLessThan(1);
  });

  it('needs a plane', () => {
    expect(spansPlane(spots)).toBe(true);
    expect(spansPlane([...spots.slice(0, 2), { x: 0.5, y: 0, z: 3 }])).toBe(false);
    expect(merged([...spots, { x: 0, y: 0, z: 4 }])[0]).toEqual({ x: 0, y: 0, z: 2 });
  });

  it('is drawn by stripes that cover it', () => {
    const stripes = stripesOf(spots, height => Math.floor(height * 4), 20, 10);
    expect(stripes.reduce((sum, it) => sum + it.end - it.start, 0)).toBe(200);
    expect(stripes.length).toBeLessThan(100);
  });
});

describe('the charts of an experiment', () => {
  const rows = [
    row('params', 'lr', ['0.1', '0.2']),
    row('params', 'depth', ['3', '4']),
    row('params', 'kind', ['a', 'b']),
    row('metrics', 'acc', [0.5, 0.6]),
    row('run', 'cell', ['c1', 'c2'])
  ];

  it('show what fits until something is chosen', () => {
    const names = (kind: typeof wish.kind | 'contour', x = ''): (string | undefined)[] => {
      const found = chosenRows({ ...wish, kind, x }, rows);
      return [found.x, found.y, found.z].map(it => it && axisName(it));
    };
    expect(names('box')).toEqual(['params.lr', 'metrics.acc', undefined]);
    expect(names('box', 'cell')).toEqual(['cell', 'metrics.acc', undefined]);
    expect(names('contour')).toEqual(['params.lr', 'params.depth', 'metrics.acc']);
    expect(names('contour', 'params.depth').slice(0, 2)).toEqual(['params.depth', 'params.lr']);
    expect(axesOf('scatter', rows).x.map(axisName)).not.toContain('params.kind');
  });

  it('are moved, and stay where there is no room', () => {
    const charts = [wish, { ...wish, x: 'b' }];
    expect(movedChart(charts, 0, 1).map(it => it.x)).toEqual(['b', '']);
    expect(movedChart(charts, 0, -1)).toBe(charts);
  });

  it('come back for their experiment, and the first ones by a reset', async () => {
    const state = new StateDB();
    const one = new ChartChoice(state, 's');
    await one.load('7');
    expect(one.charts).toBe(FIRST_CHARTS);
    one.choose([{ ...wish, y: 'metrics.acc' }]);
    const again = new ChartChoice(state, 's');
    await again.load('7');
    expect(again.charts.map(it => it.y)).toEqual(['metrics.acc']);
    await again.load('8');
    expect(again.isChosen).toBe(false);
    one.reset();
    const last = new ChartChoice(state, 's');
    await last.load('7');
    expect(last.isChosen).toBe(false);
  });

  it.each([null, {}, { charts: 3 }, { charts: [null, { kind: 'x' }] }])(
    'are none that could be drawn where %j was kept',
    kept => {
      expect(restoredCharts(kept) ?? []).toEqual([]);
    }
  );
});
