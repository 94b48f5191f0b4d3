/**
 * The geometry of a line chart: which lines, which axes, at which pixels.
 */
import { scaleOf, widened, type IScale, type ScaleKind, type Span } from './scale';
import { extent, valuesIn, type ISeries } from './series';
import { smoothed } from './smoothing';

/** The rectangle that the lines are in, in pixels. */
export interface IFrame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a person chose for a chart. */
export interface IPlotWish {
  readonly width: number;
  readonly height: number;
  readonly scale: ScaleKind;
  readonly smoothing: number;
  /** The part of the horizontal axis that is shown; all of it if null. */
  readonly window: Span | null;
}

/** A chart that is ready to be drawn. */
export interface ILinePlot {
  readonly frame: IFrame;
  readonly across: IScale;
  readonly up: IScale;
  /** All of the horizontal axis. */
  readonly full: Span;
  /** The lines as they were logged. */
  readonly raw: readonly ISeries[];
  /** The lines to read: smoothed if that was asked for. */
  readonly shown: readonly ISeries[];
}

/** Room for labels around the lines. */
const MARGIN = { left: 56, top: 10, right: 12, bottom: 36 };

/**
 * The rectangle inside a chart of this size.
 */
export function frameOf(width: number, height: number): IFrame {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    right: Math.max(width - MARGIN.right, MARGIN.left + 1),
    bottom: Math.max(height - MARGIN.bottom, MARGIN.top + 1)
  };
}

/**
 * Lay out lines; nothing if no line has a finite value.
 */
export function linePlot(series: readonly ISeries[], wish: IPlotWish): ILinePlot | null {
  const whole = extent(series.flatMap(line => line.x));
  if (!whole || !extent(series.flatMap(line => line.y))) {
    return null;
  }
  const full: Span = whole[0] === whole[1] ? [whole[0] - 0.5, whole[1] + 0.5] : whole;
  const shown = wish.smoothing
    ? series.map(line => ({ ...line, y: smoothed(line.y, wish.smoothing) }))
    : series;
  const window = wish.window ?? full;
  const frame = frameOf(wish.width, wish.height);
  const height = heightOf(shown, window, wish.scale) ?? heightOf(shown, full, 'linear') ?? [0, 1];
  return {
    frame,
    across: scaleOf('linear', window, [frame.left, frame.right]),
    up: scaleOf(wish.scale, height, [frame.bottom, frame.top]),
    full,
    raw: series,
    shown
  };
}

function heightOf(series: readonly ISeries[], window: Span, scale: ScaleKind): Span | null {
  const span = extent(valuesIn(series, window), scale);
  return span && widened(span, scale);
}
