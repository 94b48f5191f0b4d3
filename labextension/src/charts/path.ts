/**
 * The `d` of an SVG path along a line.
 */
import type { IScale } from './scale';

/**
 * A path with a gap where a value has no place; a lone point is a dot.
 */
export function linePath(
  x: readonly number[],
  y: readonly number[],
  across: IScale,
  up: IScale
): string {
  const parts: string[] = [];
  let open = 0;
  for (let index = 0; index < x.length; index += 1) {
    const left = across.at(x[index] ?? NaN);
    const top = up.at(y[index] ?? NaN);
    if (!Number.isFinite(left) || !Number.isFinite(top)) {
      dotted(parts, open);
      open = 0;
      continue;
    }
    parts.push(`${open ? 'L' : 'M'}${pixel(left)} ${pixel(top)}`);
    open += 1;
  }
  dotted(parts, open);
  return parts.join('');
}

/** A stroke of no length with round ends shows as a dot. */
function dotted(parts: string[], open: number): void {
  if (open === 1) {
    parts.push('h0.01');
  }
}

/** A tenth of a pixel is fine enough, and keeps paths short. */
function pixel(place: number): number {
  return Math.round(place * 10) / 10;
}
