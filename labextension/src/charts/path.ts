/**
 * The `d` of an SVG path along a line.
 */
import type { IScale } from './scale';

/**
 * A path with a gap where a value has no place; a lone point is a ring.
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

/** A lone point has no line: a small ring shows it. */
function dotted(parts: string[], open: number): void {
  if (open === 1) {
    parts.push('m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0');
  }
}

/** A tenth of a pixel is fine enough, and keeps paths short. */
function pixel(place: number): number {
  return Math.round(place * 10) / 10;
}
