/**
 * A run as a point of a chart; it opens the run.
 */
import type { KeyboardEvent } from 'react';

import { strokeOf } from './palette';

/** What a point is given. */
export interface IChartPointProps {
  readonly id: string;
  readonly slot: number;
  /** What is said of it. */
  readonly said: string;
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly open: (id: string) => void;
}

export function ChartPoint({
  id,
  slot,
  said,
  x,
  y,
  size = 6,
  open
}: IChartPointProps): JSX.Element {
  const stroke = strokeOf(slot);
  return (
    <g
      className="nbtrack-Chart-point"
      role="button"
      tabIndex={0}
      aria-label={said}
      transform={`translate(${x} ${y})`}
      onClick={() => open(id)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          open(id);
        }
      }}
    >
      <title>{said}</title>
      <circle
        r={size}
        style={{ fill: stroke.dash ? 'transparent' : stroke.colour, stroke: stroke.colour }}
        strokeDasharray={stroke.dash}
      />
    </g>
  );
}
