/**
 * From values to pixels and back, with ticks: used by every chart.
 */

/** How values are spread over an axis. */
export type ScaleKind = 'linear' | 'log';

/** Two ends, the lower one first. */
export type Span = readonly [number, number];

/** An axis: values on one side, pixels on the other. */
export interface IScale {
  readonly kind: ScaleKind;
  readonly domain: Span;
  /** The pixel of a value; NaN if the axis has no place for it. */
  at(value: number): number;
  /** The value at a pixel. */
  back(pixel: number): number;
  /** Round values inside the domain, some `count` of them. */
  ticks(count: number): number[];
}

/**
 * Make an axis; `pixels` may run backwards, as upward axes do.
 */
export function scaleOf(kind: ScaleKind, domain: Span, pixels: Span): IScale {
  const fits = kind === 'log' && domain[0] > 0;
  const forth = fits ? Math.log10 : (value: number) => value;
  const low = forth(domain[0]);
  const reach = forth(domain[1]) - low || 1;
  const [start, end] = pixels;
  return {
    kind: fits ? 'log' : 'linear',
    domain,
    at: value => {
      const place = fits && value <= 0 ? NaN : forth(value);
      return start + ((place - low) / reach) * (end - start);
    },
    back: pixel => {
      const place = low + ((pixel - start) / (end - start || 1)) * reach;
      return fits ? 10 ** place : place;
    },
    ticks: count => (fits ? logTicks(domain, count) : linearTicks(domain, count))
  };
}

/**
 * Multiples of 1, 2 or 5 of a power of ten inside the domain.
 */
export function linearTicks([low, high]: Span, count: number): number[] {
  if (!(high > low)) {
    return [low];
  }
  const step = roundStep((high - low) / Math.max(count, 1));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks: number[] = [];
  for (let index = first; index <= last; index += 1) {
    ticks.push(cleaned(index * step));
  }
  return ticks;
}

/**
 * Powers of ten inside the domain; with less than two of them, linear ticks.
 */
export function logTicks(domain: Span, count: number): number[] {
  const first = Math.ceil(Math.log10(domain[0]) - 1e-9);
  const last = Math.floor(Math.log10(domain[1]) + 1e-9);
  if (last - first < 1) {
    return linearTicks(domain, count);
  }
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += stride) {
    ticks.push(cleaned(10 ** power));
  }
  return ticks;
}

/**
 * A domain with some air at both ends, so that no line runs along the border.
 */
export function widened([low, high]: Span, kind: ScaleKind): Span {
  if (kind === 'log' && low > 0) {
    const air = low === high ? 2 : (high / low) ** 0.04;
    return [low / air, high * air];
  }
  const air = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.04;
  return [low - air, high + air];
}

/** The step of 1, 2, 5 or 10 times a power of ten that is next above. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find(step => step * power >= rough * (1 - 1e-9));
  return (factor ?? 10) * power;
}

/** 0.30000000000000004 is 0.3. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12));
}
