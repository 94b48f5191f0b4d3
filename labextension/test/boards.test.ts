import { describe, expect, it } from 'vitest';

import { barsOf } from '../src/components/bar_board';
import { imageRows, stepsOf } from '../src/components/image_board';
import type { ImageItem } from '../src/records';

function image(run_id: string, name: string, step: number | null = null): ImageItem {
  return { run_id, path: `${name}-${step}`, name, step };
}

describe('bars', () => {
  it('share an axis that has zero in it', () => {
    expect(barsOf([2, 4, null])).toEqual([{ left: 0, width: 50 }, { left: 0, width: 100 }, null]);
    expect(barsOf([-1, 3])).toEqual([
      { left: 0, width: 25 },
      { left: 25, width: 75 }
    ]);
  });

  it('are none of what is no number, and have no width at zero', () => {
    expect(barsOf([NaN, Infinity, 0])).toEqual([null, null, { left: 0, width: 0 }]);
  });
});

describe('pictures', () => {
  const images = [
    image('a', 'sample', 0),
    image('a', 'sample', 10),
    image('b', 'sample', 5),
    image('b', 'alone.png'),
    image('a', 'both.png'),
    image('b', 'both.png')
  ];
  const told = (step: number | null): [string, (number | null | undefined)[]][] =>
    imageRows(images, ['a', 'b'], step).map(row => [row.name, row.images.map(it => it?.step)]);

  it('stand in a row by their name, the last of a series', () => {
    expect(told(null)).toEqual([
      ['both.png', [null, null]],
      ['sample', [10, 5]],
      ['alone.png', [undefined, null]]
    ]);
  });

  it('are those up to a step', () => {
    expect(stepsOf(images)).toEqual([0, 5, 10]);
    expect(told(0)[1]).toEqual(['alone.png', [undefined, null]]);
    expect(told(5).find(([name]) => name === 'sample')).toEqual(['sample', [0, 5]]);
  });
});
