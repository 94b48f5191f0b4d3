/**
 * A metric over two params as a map: bands of equal height between the runs, each a point.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo, useRef } from 'react';

import { number } from '../state/format';
import { Axes } from './axes';
import { ChartPoint } from './chart_point';
import { ChartFigure } from './chart_figure';
import { merged, spansPlane, stripesOf, type ISpot } from './contour_field';
import { csvText } from './csv';
import { tickNumber } from './figures';
import { frameOf, type IFrame } from './line_plot';
import { scaleOf, widened, type IScale, type ScaleKind, type Span } from './scale';
import type { IPoint } from './scatter_chart';
import { extent } from './series';
import { useWidth } from './width';

const HEIGHT = 320;
const FIRST_WIDTH = 560;
const COLUMNS = 96;
const ROWS = 64;

/** Room for the scale of heights. */
const SCALE_WIDTH = 76;

/** Bands from the lowest to the highest: viridis, which those who see few colours can read too. */
const BANDS = [
  ...['#440154', '#482878', '#3e4a89', '#31688e', '#26838e'],
  ...['#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725']
];

/** A run in the plane, with its height. */
export interface IContourPoint extends IPoint {
  readonly z: number;
}

/** What a contour chart is given. */
export interface IContourProps {
  readonly points: readonly IContourPoint[];
  readonly acrossName: string;
  readonly upName: string;
  readonly heightName: string;
  readonly scale: ScaleKind;
  readonly open: (id: string) => void;
  readonly trans: TranslationBundle;
}

/** A chart that is ready to be drawn. */
interface IMap {
  frame: IFrame;
  across: IScale;
  up: IScale;
  heights: Span;
  spots: ISpot[];
}

/**
 * The chart; a point opens its run.
 */
export function ContourChart(props: IContourProps): JSX.Element {
  const { acrossName, upName, heightName, trans } = props;
  const points = props.points.filter(({ x, y, z }) => [x, y, z].every(Number.isFinite));
  const [holder, width] = useWidth(FIRST_WIDTH);
  const chart = useRef<SVGSVGElement>(null);
  const title = trans.__('%1 over %2 and %3', heightName, acrossName, upName);
  const map = mapOf(points, props.scale, width);
  return (
    <ChartFigure
      title={title}
      chart={chart}
      holder={holder}
      width={width}
      height={HEIGHT}
      said={trans.__('%1: %2 runs as points', title, points.length)}
      empty={trans.__(
        'A map needs three runs or more with numbers for all three, not all on one line.'
      )}
      csv={() => contourCsv(points, props)}
      trans={trans}
    >
      {map ? (
        <>
          <Bands map={map} />
          <Axes
            frame={map.frame}
            across={map.across}
            up={map.up}
            acrossName={acrossName}
            upName={upName}
            label={tickNumber}
          />
          <Heights map={map} />
          {points.map(point => (
            <ChartPoint
              key={point.id}
              id={point.id}
              slot={point.slot}
              said={saidOf(point, props)}
              x={map.across.at(point.x)}
              y={map.up.at(point.y)}
              open={props.open}
            />
          ))}
        </>
      ) : null}
    </ChartFigure>
  );
}

function Bands({ map }: { map: IMap }): JSX.Element {
  const { frame, heights, spots } = map;
  const key = JSON.stringify([spots, heights]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says all of spots and heights
  const stripes = useMemo(() => stripesOf(spots, it => bandOf(it, heights), COLUMNS, ROWS), [key]);
  const cell = {
    width: (frame.right - frame.left) / COLUMNS,
    height: (frame.bottom - frame.top) / ROWS
  };
  return (
    <g aria-hidden="true" shapeRendering="crispEdges">
      {stripes.map(({ row, start, end, band }) => (
        <rect
          key={`${row} ${start}`}
          x={frame.left + start * cell.width}
          y={frame.bottom - (row + 1) * cell.height}
          width={(end - start) * cell.width}
          height={cell.height + 0.5}
          fill={BANDS[band]}
        />
      ))}
    </g>
  );
}

/** The colours and the heights that they stand for. */
function Heights({ map: { frame, heights } }: { map: IMap }): JSX.Element {
  const size = (frame.bottom - frame.top) / BANDS.length;
  const left = frame.right + 12;
  const [low, high] = heights;
  return (
    <g className="nbtrack-Chart-axes">
      {BANDS.map((colour, band) => (
        <rect
          key={colour}
          x={left}
          y={frame.bottom - (band + 1) * size}
          width={12}
          height={size + 0.5}
          fill={colour}
        />
      ))}
      {[low, (low + high) / 2, high].map((value, place) => (
        <text
          key={place}
          x={left + 16}
          y={frame.bottom - (place * (frame.bottom - frame.top)) / 2}
          dominantBaseline={place === 2 ? 'hanging' : place === 1 ? 'middle' : 'auto'}
        >
          {number(Number(value.toPrecision(3)))}
        </text>
      ))}
    </g>
  );
}

function bandOf(height: number, [low, high]: Span): number {
  const part = (height - low) / (high - low || 1);
  return Math.max(0, Math.min(BANDS.length - 1, Math.floor(part * BANDS.length)));
}

function mapOf(points: readonly IContourPoint[], kind: ScaleKind, width: number): IMap | null {
  const x = extent(points.map(point => point.x));
  const y = extent(points.map(point => point.y));
  const heights = extent(points.map(point => point.z));
  if (!x || !y || !heights) {
    return null;
  }
  const frame = frameOf(width - SCALE_WIDTH, HEIGHT);
  const upward = y[0] > 0 ? kind : 'linear';
  const sideward = x[0] > 0 ? kind : 'linear';
  const across = scaleOf(sideward, widened(x, sideward), [frame.left, frame.right]);
  const up = scaleOf(upward, widened(y, upward), [frame.bottom, frame.top]);
  const spots = merged(
    points.map(point => ({
      x: (across.at(point.x) - frame.left) / (frame.right - frame.left),
      y: (frame.bottom - up.at(point.y)) / (frame.bottom - frame.top),
      z: point.z
    }))
  );
  return spansPlane(spots) ? { frame, across, up, heights, spots } : null;
}

function saidOf(point: IContourPoint, props: IContourProps): string {
  const { acrossName, upName, heightName } = props;
  return (
    `${point.label}: ${acrossName} ${number(point.x)}, ${upName} ${number(point.y)}, ` +
    `${heightName} ${number(point.z)}`
  );
}

function contourCsv(points: readonly IContourPoint[], props: IContourProps): string {
  const { acrossName, upName, heightName } = props;
  const rows = points.map(point => [point.id, point.label, point.x, point.y, point.z]);
  return csvText([['run_id', 'run_name', acrossName, upName, heightName], ...rows]);
}
