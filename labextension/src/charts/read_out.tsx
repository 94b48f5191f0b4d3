/**
 * The values under the pointer, in a small box beside it.
 */
import { number } from '../state/format';
import { acrossLabel } from './axes';
import type { ILinePlot } from './line_plot';
import { Swatch } from './legend';
import type { IReading, XKind } from './series';

/** More rows than this would cover the chart, and take long to be read out. */
export const ROWS = 8;

/**
 * A reading as a text: `amber-fox 0.97`.
 */
export function readingText(reading: IReading): string {
  return `${reading.series.label} ${number(reading.y)}`;
}

/**
 * The box; it keeps to the side of the chart that has more room.
 */
export function ReadOut(props: {
  found: readonly IReading[];
  plot: ILinePlot;
  xKind: XKind;
}): JSX.Element | null {
  const { found, plot } = props;
  const first = found[0];
  if (!first) {
    return null;
  }
  const { frame, across } = plot;
  const place = across.at(first.x);
  const isLeft = place > (frame.left + frame.right) / 2;
  const rest = found.length - ROWS;
  return (
    <div
      className="nbtrack-Chart-readOut"
      aria-hidden="true"
      style={isLeft ? { right: `calc(100% - ${place - 12}px)` } : { left: place + 12 }}
    >
      <div className="nbtrack-Chart-place">{acrossLabel(first.x, props.xKind)}</div>
      {found.slice(0, ROWS).map(({ series, y }) => (
        <div key={series.id} className="nbtrack-Chart-reading">
          <Swatch slot={series.slot} />
          <span>{series.label}</span>
          <b>{number(y)}</b>
        </div>
      ))}
      {rest > 0 ? <div>+ {rest}</div> : null}
    </div>
  );
}
