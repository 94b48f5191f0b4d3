/**
 * The grid, ticks and labels around a chart's frame.
 */
import { duration } from '../state/format';
import { clockTime, tickNumber } from './figures';
import type { IFrame } from './line_plot';
import type { IScale } from './scale';
import type { XKind } from './series';

/** Pixels that a tick's label needs. */
const ACROSS_ROOM = 80;
const UP_ROOM = 36;
/** Half of a letter of a label, and how far labels may reach beyond the frame. */
const HALF_LETTER = 3.2;
const BEYOND = 8;

/**
 * A value of the horizontal axis as its label.
 */
export function acrossLabel(value: number, kind: XKind): string {
  if (kind === 'clock') {
    return clockTime(value);
  }
  return kind === 'elapsed' ? duration(value * 1000) : tickNumber(value);
}

/** How far a label below the frame is moved, so that the picture's edge does not cut it. */
export function inwards(label: string, at: number, frame: IFrame): number {
  return Math.min(0, frame.right + BEYOND - at - label.length * HALF_LETTER);
}

/**
 * Both axes of a chart with their grid.
 */
export function Axes(props: {
  frame: IFrame;
  across: IScale;
  up: IScale;
  acrossName: string;
  upName?: string;
  label: (value: number) => string;
}): JSX.Element {
  const { frame, across, up } = props;
  const columns = across.ticks(Math.max(2, (frame.right - frame.left) / ACROSS_ROOM));
  const rows = up.ticks(Math.max(2, (frame.bottom - frame.top) / UP_ROOM));
  return (
    <g className="nbtrack-Chart-axes">
      {rows.map(value => (
        <g key={value} transform={`translate(0 ${up.at(value)})`}>
          <line x1={frame.left} x2={frame.right} />
          <text x={frame.left - 6} textAnchor="end" dominantBaseline="middle">
            {tickNumber(value)}
          </text>
        </g>
      ))}
      {columns.map(value => (
        <g key={value} transform={`translate(${across.at(value)} 0)`}>
          <line y1={frame.top} y2={frame.bottom} />
          <text
            x={inwards(props.label(value), across.at(value), frame)}
            y={frame.bottom + 14}
            textAnchor="middle"
          >
            {props.label(value)}
          </text>
        </g>
      ))}
      <text
        className="nbtrack-Chart-axisName"
        x={frame.right}
        y={frame.bottom + 30}
        textAnchor="end"
      >
        {props.acrossName}
      </text>
      {props.upName ? (
        <text
          className="nbtrack-Chart-axisName"
          transform={`translate(12 ${frame.top}) rotate(-90)`}
          textAnchor="end"
        >
          {props.upName}
        </text>
      ) : null}
    </g>
  );
}
