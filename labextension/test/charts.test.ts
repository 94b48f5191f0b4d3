import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { inwards } from '../src/charts/axes';
import { csvRows, csvText, seriesCsv } from '../src/charts/csv';
import { fileSize, tickNumber } from '../src/charts/figures';
import { linePlot } from '../src/charts/line_plot';
import { COLOURS, strokeOf } from '../src/charts/palette';
import { axisTitles, brushed, parallelAxis } from '../src/charts/parallel_axes';
import { parallelPath } from '../src/charts/parallel_chart';
import { linePath } from '../src/charts/path';
import { fileName } from '../src/charts/picture';
import { keyAct } from '../src/charts/pointer';
import { linearTicks, logTicks, scaleOf, widened } from '../src/charts/scale';
import { extent, nearest, numberOf, readings, seriesOf, type ISeries } from '../src/charts/series';
import { smoothed } from '../src/charts/smoothing';
import { lineSummary } from '../src/charts/summary';
import { between, isWhole, panned, zoomed } from '../src/charts/zoom';
import type { Curve } from '../src/records';

const trans = nullTranslator.load('nbtrack');

function line(id: string, x: number[], y: number[], slot = 0): ISeries {
  return { id, label: id, slot, x, y };
}

describe('scales', () => {
  it('have round ticks inside their domain', () => {
    expect(linearTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks([-3, 12], 4)).toEqual([0, 5, 10]);
    expect(linearTicks([0.1, 0.3], 2)).toEqual([0.1, 0.2, 0.3]);
    expect(linearTicks([7, 7], 4)).toEqual([7]);
  });

  it('have powers of ten where they are logarithmic', () => {
    expect(logTicks([0.002, 30], 9)).toEqual([0.01, 0.1, 1, 10]);
    expect(logTicks([1e-8, 1], 4)).toEqual([1e-8, 1e-5, 0.01]);
    expect(logTicks([2, 8], 3)).toEqual([2, 4, 6, 8]);
  });

  it('find the pixel of a value and the value of a pixel', () => {
    const up = scaleOf('linear', [0, 10], [200, 0]);
    expect([up.at(0), up.at(5), up.back(50)]).toEqual([200, 100, 7.5]);
    const powers = scaleOf('log', [1, 100], [0, 100]);
    expect(powers.at(10)).toBe(50);
    expect(powers.back(50)).toBeCloseTo(10);
    expect(powers.at(0)).toBeNaN();
  });

  it('are linear when a logarithm makes no sense', () => {
    expect(scaleOf('log', [-1, 1], [0, 10]).kind).toBe('linear');
  });

  it('leave air at both ends', () => {
    expect(widened([0, 100], 'linear')).toEqual([-4, 104]);
    expect(widened([5, 5], 'linear')).toEqual([4.5, 5.5]);
    expect(widened([0, 0], 'linear')).toEqual([-1, 1]);
    const [low, high] = widened([1, 100], 'log');
    expect(low).toBeLessThan(1);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(100);
  });
});

describe('labels', () => {
  const frame = { left: 40, top: 0, right: 300, bottom: 100 };

  it('keep their place, but at the edge', () => {
    expect(inwards('6:56:30 PM', 150, frame)).toBe(0);
    expect(inwards('6:56:40 PM', 295, frame)).toBeCloseTo(-19);
  });
});

describe('lines', () => {
  const curve: Curve = {
    run_id: 'a',
    key: 'loss',
    steps: [0, 2, 1],
    timestamps: [1000, 5000, 3000],
    values: [1, 'NaN', '-Infinity']
  };

  it('run over steps, seconds or the clock, in ascending order', () => {
    const steps = seriesOf(curve, 'step', 'fox', 3);
    expect(steps).toEqual(line('a', [0, 1, 2], [1, -Infinity, NaN], 3) && { ...steps });
    expect([steps.x, steps.y]).toEqual([
      [0, 1, 2],
      [1, -Infinity, NaN]
    ]);
    expect(seriesOf(curve, 'elapsed', 'fox', 3).x).toEqual([0, 2, 4]);
    expect(seriesOf(curve, 'clock', 'fox', 3).x).toEqual([1000, 3000, 5000]);
  });

  it('read numbers that came as texts', () => {
    expect([
      numberOf('Infinity'),
      numberOf('NaN'),
      numberOf(null),
      numberOf(''),
      numberOf(2)
    ]).toEqual([Infinity, NaN, NaN, NaN, 2]);
  });

  it('reach from the smallest to the largest finite value', () => {
    expect(extent([3, NaN, -1, Infinity])).toEqual([-1, 3]);
    expect(extent([3, 0, -1], 'log')).toEqual([3, 3]);
    expect(extent([NaN])).toBeNull();
  });

  it('are drawn with gaps, and lone points as rings', () => {
    const across = scaleOf('linear', [0, 4], [0, 4]);
    const up = scaleOf('linear', [0, 4], [0, 4]);
    expect(linePath([0, 1, 2, 3, 4], [1, 2, NaN, 3, Infinity], across, up)).toBe(
      'M0 1L1 2M3 3m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0'
    );
    expect(linePath([], [], across, up)).toBe('');
  });

  it('are read at the nearest point, the largest value first', () => {
    expect([
      nearest([], 1),
      nearest([0, 10], 4),
      nearest([0, 10], 6),
      nearest([0, 10], 99)
    ]).toEqual([-1, 0, 1, 1]);
    const low = line('low', [0, 1, 2], [1, 1, 1]);
    const high = line('high', [0, 1], [5, 6]);
    expect(readings([low, high], 1.1, 0.5).map(it => [it.series.id, it.x, it.y])).toEqual([
      ['high', 1, 6],
      ['low', 1, 1]
    ]);
    expect(readings([low, high], 2, 0.5).map(it => it.series.id)).toEqual(['low']);
  });

  it('are laid out inside their frame', () => {
    const wish = { width: 480, height: 240, smoothing: 0, window: null } as const;
    const plot = linePlot([line('a', [0, 10], [1, 100])], { ...wish, scale: 'log' });
    expect(plot?.across.at(0)).toBe(plot?.frame.left);
    expect(plot?.across.at(10)).toBe(plot?.frame.right);
    expect(plot?.up.kind).toBe('log');
    expect(linePlot([line('a', [0], [NaN])], { ...wish, scale: 'linear' })).toBeNull();
    expect(linePlot([], { ...wish, scale: 'linear' })).toBeNull();
    const one = linePlot([line('a', [3], [1])], { ...wish, scale: 'linear' });
    expect(one?.full).toEqual([2.5, 3.5]);
  });

  it('keep a height when a logarithm has no value in the window', () => {
    const wish = { width: 480, height: 240, smoothing: 0, window: null, scale: 'log' } as const;
    const plot = linePlot([line('a', [0, 1], [-1, -2])], wish);
    expect(plot?.up.kind).toBe('linear');
  });
});

describe('smoothing', () => {
  it('of weight zero changes nothing', () => {
    expect(smoothed([1, NaN, 3], 0)).toEqual([1, NaN, 3]);
  });

  it('begins at the first value and keeps gaps', () => {
    const [first, second, third] = smoothed([10, NaN, 0], 0.5);
    expect(first).toBe(10);
    expect(second).toBeNaN();
    expect(third).toBeCloseTo(10 / 3);
  });

  it('leaves a constant line as it is', () => {
    for (const value of smoothed([4, 4, 4, 4], 0.99)) {
      expect(value).toBeCloseTo(4);
    }
  });
});

describe('zoom', () => {
  it('stays inside what there is', () => {
    expect(zoomed([0, 10], 0.5, 0, [0, 10])).toEqual([0, 5]);
    expect(zoomed([4, 6], 10, 5, [0, 10])).toEqual([0, 10]);
    expect(panned([0, 2], -1, [0, 10])).toEqual([0, 2]);
    expect(panned([7, 9], 1, [0, 10])).toEqual([8, 10]);
  });

  it('is between the two ends of a drag', () => {
    expect(between(6, 2, [0, 10])).toEqual([2, 6]);
    expect(between(-4, 2, [0, 10])).toEqual([0, 2]);
    expect(between(2, 2, [0, 10])).toBeNull();
    expect([isWhole([0, 10], [0, 10]), isWhole([0, 9], [0, 10])]).toEqual([true, false]);
  });

  it('follows the keys', () => {
    const plot = linePlot([line('a', [0, 1, 2], [1, 2, 3])], {
      width: 480,
      height: 240,
      scale: 'linear',
      smoothing: 0,
      window: null
    });
    const press = (key: string, mark: number | null, shiftKey = false) =>
      plot && keyAct({ key, shiftKey }, plot, mark);
    expect(press('ArrowRight', null)).toEqual({ mark: 0 });
    expect(press('ArrowRight', 1)).toEqual({ mark: 2 });
    expect(press('ArrowRight', 2)).toEqual({ mark: 2 });
    expect(press('ArrowLeft', null)).toEqual({ mark: 2 });
    expect(press('+', 0)).toEqual({ window: [0, 1.25] });
    expect(press('0', 0)).toEqual({ window: null });
    expect(press('ArrowLeft', 0, true)).toEqual({ window: [0, 2] });
    expect(press('Tab', 0)).toBeNull();
  });
});

describe('the palette', () => {
  it('tells 32 runs apart by colour and dash', () => {
    const strokes = Array.from({ length: 32 }, (_, slot) => strokeOf(slot));
    expect(new Set(strokes.map(it => it.colour + it.dash)).size).toBe(32);
    expect(strokes.slice(0, COLOURS).every(it => it.dash === '')).toBe(true);
  });
});

describe('parallel axes', () => {
  it('are numeric where all values are', () => {
    const axis = parallelAxis({ name: 'lr', values: ['0.1', 0.3, null] }, [100, 0], String);
    expect(axis.places[2]).toBeNull();
    expect(axis.places[0]).toBeGreaterThan(axis.places[1] ?? NaN);
    expect(axis.ticks.map(tick => tick.label)).toEqual(['0.1', '0.3', '0.15', '0.2', '0.25']);
  });

  it('have no place for what is no number', () => {
    const axis = parallelAxis({ name: 'loss', values: [0.1, 'NaN', 0.3] }, [100, 0], String);
    expect(axis.places.map(place => place === null)).toEqual([false, true, false]);
  });

  it('have titles that tell them apart', () => {
    const names = ['params.augment.one_choice', 'params.augment.two', 'metrics.acc'];
    expect(axisTitles(names, 8)).toEqual(['…one_ch…', '…two', 'acc']);
    expect(axisTitles(['params.a_long_name'], 8)).toEqual(['a_long_…']);
  });

  it('are of texts where one value is', () => {
    const axis = parallelAxis(
      { name: 'depth', values: ['10', 'none', '9', '9'] },
      [100, 0],
      String
    );
    expect(axis.ticks.map(tick => tick.label)).toEqual(['9', '10', 'none']);
    expect(axis.places[2]).toBe(axis.places[3]);
  });

  it('keep the runs inside every brush', () => {
    const axes = [
      { name: 'a', ticks: [], places: [10, 50, null] },
      { name: 'b', ticks: [], places: [10, 10, 10] }
    ];
    expect(brushed(axes, new Map([['a', [0, 20]]]), 3)).toEqual([true, false, false]);
    expect(brushed(axes, new Map(), 3)).toEqual([true, true, true]);
  });

  it('are crossed by lines with gaps', () => {
    const axes = [5, null, 7, 9].map(place => ({ name: 'x', ticks: [], places: [place] }));
    expect(parallelPath(axes, 0, index => index * 10)).toBe('M0 5M20 7L30 9');
  });
});

describe('comma-separated values', () => {
  it('are quoted where needed', () => {
    expect(csvText([['a,b', 'say "hi"', 1, null]])).toBe('"a,b","say ""hi""",1,\r\n');
    expect(seriesCsv([line('a', [0, 1], [0.5, NaN])], 'step')).toBe(
      'run_id,run_name,step,value\r\na,a,0,0.5\r\na,a,1,NaN\r\n'
    );
  });

  it('are read with quotes, newlines and a limit', () => {
    expect(csvRows('a,"b\n""c"""\r\n1,\n\n3,4', ',', 10)).toEqual([
      ['a', 'b\n"c"'],
      ['1', ''],
      ['3', '4']
    ]);
    expect(csvRows('a\nb\nc', ',', 2)).toEqual([['a'], ['b']]);
    expect(csvRows('', ',', 2)).toEqual([]);
  });
});

describe('words', () => {
  it('tell numbers and sizes shortly', () => {
    expect([0, 0.30000000000000004, -1.5, 1e-6, 2.5e9].map(tickNumber)).toEqual([
      '0',
      '0.3',
      '−1.5',
      '1e−6',
      '2.5e9'
    ]);
    expect([812, 1400, 2_147_483_648].map(fileSize)).toEqual(['812 B', '1.4 kB', '2.15 GB']);
    expect(fileName('../a b/<script>')).toBe('.._a_b_script_');
  });

  it('tell what a chart shows', () => {
    expect(lineSummary('loss', [], trans)).toBe('loss: no points yet');
    expect(lineSummary('loss', [line('fox', [0, 1, 2], [3, 1, 2])], trans)).toBe(
      'loss. fox: from 3 to 2, lowest 1, highest 3'
    );
    const many = Array.from({ length: 9 }, (_, index) => line(`r${index}`, [0], [NaN]));
    expect(lineSummary('loss', many, trans)).toContain('and 3 more runs');
  });
});
