/**
 * A surface over a plane out of a few points, and the bands of equal height in it.
 */

/** A point of the unit square and its height. */
export interface ISpot {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Cells of one band in a row: from column `start` up to `end`. */
export interface IStripe {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly band: number;
}

/** Nearer than this two points are one. */
const NEAR = 1e-9;

/**
 * The height at a place: the points' mean, the nearer the more it counts.
 */
export function heightAt(spots: readonly ISpot[], x: number, y: number): number {
  let sum = 0;
  let weights = 0;
  for (const spot of spots) {
    const distance = (spot.x - x) ** 2 + (spot.y - y) ** 2;
    const weight = 1 / (distance + NEAR) ** 1.5;
    sum += weight * spot.z;
    weights += weight;
  }
  return sum / weights;
}

/**
 * Points at one place as one, with their mean.
 */
export function merged(spots: readonly ISpot[]): ISpot[] {
  const places = new Map<string, ISpot[]>();
  for (const spot of spots) {
    const name = `${spot.x} ${spot.y}`;
    places.set(name, [...(places.get(name) ?? []), spot]);
  }
  return [...places.values()].map(group => ({
    x: group[0]?.x ?? 0,
    y: group[0]?.y ?? 0,
    z: group.reduce((sum, it) => sum + it.z, 0) / group.length
  }));
}

/** Whether points span a plane: three that are not on one line. */
export function spansPlane(spots: readonly ISpot[]): boolean {
  const [first, ...others] = spots;
  const far = others.find(it => it.x !== first?.x || it.y !== first?.y);
  if (!first || !far) {
    return false;
  }
  return others.some(
    it =>
      Math.abs((far.x - first.x) * (it.y - first.y) - (far.y - first.y) * (it.x - first.x)) > NEAR
  );
}

/**
 * The unit square in `columns` × `rows` cells, neighbours of one band in a row as one stripe.
 */
export function stripesOf(
  spots: readonly ISpot[],
  bandOf: (height: number) => number,
  columns: number,
  rows: number
): IStripe[] {
  const stripes: IStripe[] = [];
  for (let row = 0; row < rows; row += 1) {
    let start = 0;
    let before = -1;
    for (let column = 0; column <= columns; column += 1) {
      const x = (column + 0.5) / columns;
      const band = column < columns ? bandOf(heightAt(spots, x, (row + 0.5) / rows)) : Number.NaN;
      if (band !== before && column > 0) {
        stripes.push({ row, start, end: column, band: before });
        start = column;
      }
      before = band;
    }
  }
  return stripes;
}
