/**
 * Lines as charts draw them, made from the curves that the server sends.
 */
import type { Curve } from '../records';
import type { ScaleKind, Span } from './scale';

/** What runs along the horizontal axis. */
export type XKind = 'step' | 'elapsed' | 'clock';

/** A line: `x` ascends, a `y` that is not finite is a gap. */
export interface ISeries {
  readonly id: string;
  readonly label: string;
  /** Its place in the palette. */
  readonly slot: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A point that the pointer is near to. */
export interface IReading {
  readonly series: ISeries;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/**
 * JSON has no NaN and no infinities: they come as texts.
 */
export function numberOf(value: number | string | null | undefined): number {
  if (typeof value === 'number') {
    return value;
  }
  return value ? Number(value) : NaN;
}

/**
 * A curve over steps, seconds since its first point, or the clock.
 */
export function seriesOf(curve: Curve, kind: XKind, label: string, slot: number): ISeries {
  const start = curve.timestamps[0] ?? 0;
  const along = {
    step: curve.steps,
    elapsed: curve.timestamps.map(time => (time - start) / 1000),
    clock: curve.timestamps
  }[kind];
  const order = along.map((_, index) => index);
  order.sort((one, two) => (along[one] ?? 0) - (along[two] ?? 0));
  return {
    id: curve.run_id,
    label,
    slot,
    x: order.map(index => along[index] ?? 0),
    y: order.map(index => numberOf(curve.values[index]))
  };
}

/**
 * The smallest and largest finite value; nothing if there is none.
 */
export function extent(values: Iterable<number>, kind: ScaleKind = 'linear'): Span | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (Number.isFinite(value) && (kind === 'linear' || value > 0)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : null;
}

/**
 * The `y` of all lines whose `x` lies in the window.
 */
export function* valuesIn(series: readonly ISeries[], window: Span): Generator<number> {
  for (const { x, y } of series) {
    for (let index = 0; index < x.length; index += 1) {
      const place = x[index] ?? NaN;
      if (place >= window[0] && place <= window[1]) {
        yield y[index] ?? NaN;
      }
    }
  }
}

/**
 * The index of the ascending value that is nearest; -1 if there are none.
 */
export function nearest(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const before = values[high - 1];
  const here = values[high];
  if (before !== undefined && here !== undefined) {
    return wanted - before <= here - wanted ? high - 1 : high;
  }
  return high;
}

/**
 * What each line says near to `x`, the largest value first; beyond a line's ends it says nothing.
 */
export function readings(series: readonly ISeries[], x: number, reach: number): IReading[] {
  const found: IReading[] = [];
  for (const line of series) {
    const index = nearest(line.x, x);
    const place = line.x[index];
    const value = line.y[index];
    if (place === undefined || value === undefined) {
      continue;
    }
    const first = line.x[0] ?? place;
    const last = line.x[line.x.length - 1] ?? place;
    if (x >= first - reach && x <= last + reach) {
      found.push({ series: line, index, x: place, y: value });
    }
  }
  return found.sort((one, two) => rank(two.y) - rank(one.y));
}

function rank(value: number): number {
  return Number.isNaN(value) ? -Infinity : value;
}
