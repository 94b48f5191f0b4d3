/**
 * A metric over steps or time, for one run or many; zoomed by drag, read by pointer and keyboard.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo, useRef, useState } from 'react';

import { acrossLabel, Axes } from './axes';
import { ChartTools } from './chart_tools';
import { seriesCsv } from './csv';
import { linePlot, type ILinePlot } from './line_plot';
import { strokeOf } from './palette';
import { linePath } from './path';
import { usePointing } from './pointer';
import { ReadOut, readingText, ROWS } from './read_out';
import type { ScaleKind, Span } from './scale';
import { readings, type IReading, type ISeries, type XKind } from './series';
import { lineSummary } from './summary';
import { useWidth } from './width';

const HEIGHT = 240;
const FIRST_WIDTH = 480;
/** How near to a line's end the pointer still reads it, in pixels. */
const REACH = 12;

/** What a line chart is given. */
export interface ILineChartProps {
  readonly title: string;
  readonly series: readonly ISeries[];
  readonly xKind: XKind;
  readonly scale: ScaleKind;
  /** What the past counts for, 0 to 0.99. */
  readonly smoothing: number;
  readonly isLoading: boolean;
  readonly trans: TranslationBundle;
}

/**
 * A chart with its title, its tools and its text alternative.
 */
export function LineChart(props: ILineChartProps): JSX.Element {
  const { title, series, scale, smoothing, trans, xKind } = props;
  const [holder, width] = useWidth(FIRST_WIDTH);
  const [window, setWindow] = useState<Span | null>(null);
  const chart = useRef<SVGSVGElement>(null);
  const plot = useMemo(
    () => linePlot(series, { width, height: HEIGHT, scale, smoothing, window }),
    [series, width, scale, smoothing, window]
  );
  const pointing = usePointing(plot, setWindow);
  const found = plot && pointing.mark !== null ? readingsAt(plot, pointing.mark) : [];
  const acrossName = nameOf(xKind, trans);
  return (
    <figure className="nbtrack-Chart">
      <figcaption>
        <span className="nbtrack-Chart-title" title={title}>
          {title}
        </span>
        <ChartTools
          chart={chart}
          name={title}
          csv={() => seriesCsv(series, xKind)}
          reset={window ? () => setWindow(null) : null}
          trans={trans}
        />
      </figcaption>
      <div className="nbtrack-Chart-holder" ref={holder} style={{ height: HEIGHT }}>
        {plot ? (
          <>
            <svg
              ref={chart}
              width={width}
              height={HEIGHT}
              role="img"
              aria-label={lineSummary(title, plot.shown, trans)}
            >
              <Axes {...plot} acrossName={acrossName} label={value => acrossLabel(value, xKind)} />
              <Lines plot={plot} isSmoothed={smoothing > 0} />
              <Marks plot={plot} drag={pointing.drag} found={found} />
            </svg>
            <Pad plot={plot} pointing={pointing} found={found} {...{ title, trans, xKind }} />
            <ReadOut found={found} plot={plot} xKind={xKind} />
          </>
        ) : (
          <p className="nbtrack-Chart-empty">
            {props.isLoading ? trans.__('Loading…') : trans.__('No points to draw yet.')}
          </p>
        )}
      </div>
    </figure>
  );
}

/** The lines, and behind a smoothed one, faintly, what was logged. */
function Lines({ plot, isSmoothed }: { plot: ILinePlot; isSmoothed: boolean }): JSX.Element {
  const { frame } = plot;
  return (
    <svg
      className="nbtrack-Chart-lines"
      x={frame.left}
      y={frame.top}
      width={frame.right - frame.left}
      height={frame.bottom - frame.top}
      viewBox={`${frame.left} ${frame.top} ${frame.right - frame.left} ${frame.bottom - frame.top}`}
    >
      {isSmoothed
        ? plot.raw.map(line => <Line key={line.id} line={line} plot={plot} faint />)
        : null}
      {plot.shown.map(line => (
        <Line key={line.id} line={line} plot={plot} />
      ))}
    </svg>
  );
}

function Line(props: { line: ISeries; plot: ILinePlot; faint?: boolean }): JSX.Element {
  const { line, plot } = props;
  const stroke = strokeOf(line.slot);
  return (
    <path
      className={props.faint ? 'nbtrack-mod-faint' : undefined}
      d={linePath(line.x, line.y, plot.across, plot.up)}
      style={{ stroke: stroke.colour }}
      strokeDasharray={stroke.dash}
    />
  );
}

/** The part that a drag covers, and the points that the pointer reads. */
function Marks(props: {
  plot: ILinePlot;
  drag: Span | null;
  found: readonly IReading[];
}): JSX.Element {
  const { plot, drag, found } = props;
  const { frame, across, up } = plot;
  const edges = drag?.map(value => Math.min(Math.max(across.at(value), frame.left), frame.right));
  const left = Math.min(...(edges ?? [0]));
  return (
    <g data-pointer="">
      {edges ? (
        <rect
          className="nbtrack-Chart-drag"
          x={left}
          y={frame.top}
          width={Math.max(...edges) - left}
          height={frame.bottom - frame.top}
        />
      ) : null}
      {found.map(({ series, x, y }) =>
        Number.isFinite(up.at(y)) && up.at(y) <= frame.bottom && up.at(y) >= frame.top ? (
          <circle
            key={series.id}
            cx={across.at(x)}
            cy={up.at(y)}
            r={3.5}
            style={{ fill: strokeOf(series.slot).colour }}
          />
        ) : null
      )}
    </g>
  );
}

/** What takes pointer and keyboard: a slider along the points, as screen readers know it. */
function Pad(props: {
  plot: ILinePlot;
  pointing: ReturnType<typeof usePointing>;
  found: readonly IReading[];
  title: string;
  trans: TranslationBundle;
  xKind: XKind;
}): JSX.Element {
  const { plot, pointing, found, trans } = props;
  const { frame, across } = plot;
  const said = found.slice(0, ROWS).map(readingText).join(', ');
  const place =
    pointing.mark === null ? '' : acrossLabel(found[0]?.x ?? pointing.mark, props.xKind);
  return (
    <div
      ref={pointing.pad}
      className="nbtrack-Chart-pad"
      role="slider"
      tabIndex={0}
      aria-label={trans.__('Points of %1', props.title)}
      aria-valuemin={across.domain[0]}
      aria-valuemax={across.domain[1]}
      aria-valuenow={pointing.mark ?? across.domain[0]}
      aria-valuetext={said ? `${place}: ${said}` : trans.__('no point chosen')}
      title={trans.__('Drag to zoom, shift and drag to move, double click to see all')}
      style={{
        left: frame.left,
        top: frame.top,
        width: frame.right - frame.left,
        height: frame.bottom - frame.top
      }}
      {...pointing.handlers}
    />
  );
}

function readingsAt(plot: ILinePlot, mark: number): IReading[] {
  const reach = Math.abs(plot.across.back(REACH) - plot.across.back(0));
  return readings(plot.shown, mark, reach);
}

function nameOf(kind: XKind, trans: TranslationBundle): string {
  return {
    step: trans.__('step'),
    elapsed: trans.__('time since the first point'),
    clock: trans.__('time')
  }[kind];
}
