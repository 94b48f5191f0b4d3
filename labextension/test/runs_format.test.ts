import { describe, expect, it } from 'vitest';

import { sparkPath } from '../src/components/sparkline';
import { age, ago, columnTitle, duration, number } from '../src/state/format';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

describe('numbers', () => {
  it.each([
    [0.97312, '0.9731'],
    [0.5, '0.5'],
    [3, '3'],
    [-2, '−2'],
    [0, '0'],
    [1234.5678, '1235'],
    [12_345.678, '1.235e4'],
    [1.5e-7, '1.5e−7'],
    [2.5e9, '2.5e9'],
    ['NaN', 'NaN'],
    ['Infinity', '∞'],
    ['-Infinity', '−∞'],
    ['adam', 'adam'],
    [null, ''],
    [undefined, '']
  ])('writes %s as %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [12, '12 ms'],
    [420, '0.4 s'],
    [12_400, '12 s'],
    [119_700, '2 min 0 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min']
  ])('writes %d milliseconds as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '0s', 'now'],
    [5 * SECOND, '5s', '5s ago'],
    [90 * SECOND, '1m', '1m ago'],
    [3 * 3600 * SECOND, '3h', '3h ago'],
    [2 * DAY, '2d', '2d ago'],
    [15 * DAY, '2w', '2w ago']
  ])('writes an age of %d milliseconds as %s and %s', (passed, short, long) => {
    expect(age(1e12 - passed, 1e12)).toBe(short);
    expect(ago(1e12 - passed, 1e12)).toBe(long);
  });

  it('takes a clock that goes ahead for the present', () => {
    expect(age(1e12 + 5000, 1e12)).toBe('0s');
  });

  it('has no words for no moment', () => {
    expect(age(null, 1e12)).toBe('');
  });
});

describe('the title of a column', () => {
  it('is the last part of its name', () => {
    expect(columnTitle('metrics.acc')).toBe('acc');
    expect(columnTitle('params.model.depth')).toBe('model.depth');
    expect(columnTitle('metrics.`val acc`')).toBe('val acc');
    expect(columnTitle('status')).toBe('status');
  });
});

describe('a spark', () => {
  it('goes from the first point to the last', () => {
    expect(sparkPath([0, 1, 2], 42, 14)).toBe('M1 13L21 7L41 1');
  });

  it('is level where nothing changes', () => {
    expect(sparkPath([5, 5], 42, 14)).toBe('M1 7L41 7');
  });

  it('has a gap where a value is no number', () => {
    expect(sparkPath([0, NaN, 2, 2], 42, 14)).toBe('M1 13M27.7 1L41 1');
  });

  it('is nothing without points', () => {
    expect(sparkPath([])).toBe('');
    expect(sparkPath([NaN])).toBe('');
  });
});
