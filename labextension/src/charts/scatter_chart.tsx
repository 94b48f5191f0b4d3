/**
 * Runs as points over two chosen columns.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRef } from 'react';

import { number } from '../state/format';
import { Axes } from './axes';
import { ChartPoint } from './chart_point';
import { ChartFigure } from './chart_figure';
import { csvText } from './csv';
import { tickNumber } from './figures';
import { frameOf } from './line_plot';
import { scaleOf, widened, type IScale, type ScaleKind } from './scale';
import { extent } from './series';
import { useWidth } from './width';

const HEIGHT = 320;
const FIRST_WIDTH = 560;

/** A run in the plane. */
export interface IPoint {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
  readonly x: number;
  readonly y: number;
}

/** What a scatter chart is given. */
export interface IScatterProps {
  readonly points: readonly IPoint[];
  readonly acrossName: string;
  readonly upName: string;
  readonly scale: ScaleKind;
  readonly open: (id: string) => void;
  readonly trans: TranslationBundle;
}

/**
 * The chart; a point opens its run.
 */
export function ScatterChart(props: IScatterProps): JSX.Element {
  const { acrossName, upName, trans } = props;
  const points = props.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const [holder, width] = useWidth(FIRST_WIDTH);
  const chart = useRef<SVGSVGElement>(null);
  const title = trans.__('%1 over %2', upName, acrossName);
  const axes = axesOf(points, props.scale, width);
  return (
    <ChartFigure
      title={title}
      chart={chart}
      holder={holder}
      width={width}
      height={HEIGHT}
      said={trans.__('%1: %2 runs as points', title, points.length)}
      empty={trans.__('None of these runs has a number for both.')}
      csv={() => scatterCsv(points, acrossName, upName)}
      trans={trans}
    >
      {axes ? (
        <>
          <Axes
            frame={frameOf(width, HEIGHT)}
            across={axes.across}
            up={axes.up}
            acrossName={acrossName}
            upName={upName}
            label={tickNumber}
          />
          {points.map(point => (
            <ChartPoint
              key={point.id}
              id={point.id}
              slot={point.slot}
              said={saidOf(point, props)}
              x={axes.across.at(point.x)}
              y={axes.up.at(point.y)}
              open={props.open}
            />
          ))}
        </>
      ) : null}
    </ChartFigure>
  );
}

/** What is said of a point. */
function saidOf(point: IPoint, { acrossName, upName }: IScatterProps): string {
  return `${point.label}: ${acrossName} ${number(point.x)}, ${upName} ${number(point.y)}`;
}

function axesOf(
  points: readonly IPoint[],
  kind: ScaleKind,
  width: number
): { across: IScale; up: IScale } | null {
  const x = extent(points.map(point => point.x));
  const y = extent(points.map(point => point.y));
  if (!x || !y) {
    return null;
  }
  const frame = frameOf(width, HEIGHT);
  const upward = y[0] > 0 ? kind : 'linear';
  const sideward = x[0] > 0 ? kind : 'linear';
  return {
    across: scaleOf(sideward, widened(x, sideward), [frame.left, frame.right]),
    up: scaleOf(upward, widened(y, upward), [frame.bottom, frame.top])
  };
}

function scatterCsv(points: readonly IPoint[], acrossName: string, upName: string): string {
  const rows = points.map(point => [point.id, point.label, point.x, point.y]);
  return csvText([['run_id', 'run_name', acrossName, upName], ...rows]);
}
