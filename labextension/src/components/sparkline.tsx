/**
 * A curve of a few points, as tall as a line of text.
 */
import type { ReactElement } from 'react';

const WIDTH = 42;
const HEIGHT = 14;

/** The path through the points; gaps where a value is not finite. */
export function sparkPath(points: readonly number[], width = WIDTH, height = HEIGHT): string {
  const finite = points.filter(Number.isFinite);
  if (finite.length === 0) {
    return '';
  }
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const x = (index: number): number =>
    points.length === 1 ? width / 2 : 1 + (index * (width - 2)) / (points.length - 1);
  const y = (value: number): number =>
    high === low ? height / 2 : 1 + ((high - value) * (height - 2)) / (high - low);
  let path = '';
  let pen = 'M';
  points.forEach((value, index) => {
    if (Number.isFinite(value)) {
      path += `${pen}${round(x(index))} ${round(y(value))}`;
      pen = 'L';
    } else {
      pen = 'M';
    }
  });
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The curve itself; its numbers stand beside it, so readers of screens skip it. */
export function Sparkline({ points }: { points: readonly number[] }): ReactElement | null {
  const path = points.length > 1 ? sparkPath(points) : '';
  return path ? (
    <svg
      className="nbtrack-Sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  ) : null;
}
