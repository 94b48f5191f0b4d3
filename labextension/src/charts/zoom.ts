/**
 * Which part of an axis is shown: zoom and pan, kept inside what there is.
 */
import type { Span } from './scale';

/**
 * A window made smaller (`factor` < 1) or larger around a value.
 */
export function zoomed(window: Span, factor: number, around: number, full: Span): Span {
  const low = around - (around - window[0]) * factor;
  const high = around + (window[1] - around) * factor;
  return inside([low, high], full);
}

/**
 * A window moved by a part of its own width.
 */
export function panned(window: Span, part: number, full: Span): Span {
  const shift = (window[1] - window[0]) * part;
  return inside([window[0] + shift, window[1] + shift], full);
}

/**
 * The window between two values, whichever was touched first; nothing if they are one.
 */
export function between(one: number, two: number, full: Span): Span | null {
  const low = Math.max(Math.min(one, two), full[0]);
  const high = Math.min(Math.max(one, two), full[1]);
  return high > low ? [low, high] : null;
}

/**
 * Whether all of the axis is shown.
 */
export function isWhole(window: Span, full: Span): boolean {
  return window[0] <= full[0] && window[1] >= full[1];
}

function inside([low, high]: Span, full: Span): Span {
  const width = Math.min(high - low, full[1] - full[0]);
  const start = Math.min(Math.max(low, full[0]), full[1] - width);
  return [start, start + width];
}
