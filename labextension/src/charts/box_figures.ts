/**
 * The figures of a box chart: quartiles, whiskers, and what lies beyond.
 */

/** A box with its whiskers, each a value. */
export interface IBox {
  readonly low: number;
  readonly first: number;
  readonly median: number;
  readonly third: number;
  readonly high: number;
}

/** Whiskers end at the last value within so many heights of the box, as Tukey drew them. */
const REACH = 1.5;

/**
 * The box of some values; nothing of none.
 */
export function boxOf(values: readonly number[]): IBox | null {
  const sorted = values.filter(Number.isFinite).sort((one, two) => one - two);
  if (!sorted.length) {
    return null;
  }
  const first = quantile(sorted, 0.25);
  const third = quantile(sorted, 0.75);
  const reach = REACH * (third - first);
  const inside = sorted.filter(value => value >= first - reach && value <= third + reach);
  return {
    low: inside[0] ?? first,
    first,
    median: quantile(sorted, 0.5),
    third,
    high: inside[inside.length - 1] ?? third
  };
}

/** Between two values in proportion, as NumPy has it. */
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The places of values by what they have in common: numbers in their order, then texts.
 */
export function categories(
  values: readonly (number | string | null)[]
): { name: string; places: number[] }[] {
  const found = new Map<string, number[]>();
  values.forEach((value, place) => {
    if (value !== null) {
      found.set(String(value), [...(found.get(String(value)) ?? []), place]);
    }
  });
  return [...found]
    .map(([name, places]) => ({ name, places }))
    .sort((one, two) => one.name.localeCompare(two.name, undefined, { numeric: true }));
}
