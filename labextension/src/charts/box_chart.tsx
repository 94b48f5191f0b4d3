/**
 * A metric as boxes, one for all runs that have something in common; each run is a point.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRef } from 'react';

import { number } from '../state/format';
import { boxOf, type IBox } from './box_figures';
import { ChartPoint } from './chart_point';
import { ChartFigure } from './chart_figure';
import { csvText } from './csv';
import { tickNumber } from './figures';
import { frameOf, type IFrame } from './line_plot';
import { scaleOf, widened, type IScale, type ScaleKind } from './scale';
import { extent } from './series';
import { useWidth } from './width';

const HEIGHT = 320;
const FIRST_WIDTH = 560;
const WIDEST = 72;

/** A run with its metric. */
export interface IBoxPoint {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
  readonly value: number;
}

/** The runs that have something in common. */
export interface IBoxGroup {
  readonly name: string;
  readonly points: readonly IBoxPoint[];
}

/** What a box chart is given. */
export interface IBoxChartProps {
  readonly groups: readonly IBoxGroup[];
  readonly acrossName: string;
  readonly upName: string;
  readonly scale: ScaleKind;
  readonly open: (id: string) => void;
  readonly trans: TranslationBundle;
}

/**
 * The chart; a point opens its run.
 */
export function BoxChart(props: IBoxChartProps): JSX.Element {
  const { acrossName, upName, trans } = props;
  const [holder, width] = useWidth(FIRST_WIDTH);
  const chart = useRef<SVGSVGElement>(null);
  const title = trans.__('%1 by %2', upName, acrossName);
  const groups = props.groups
    .map(group => ({ ...group, points: group.points.filter(it => Number.isFinite(it.value)) }))
    .filter(group => group.points.length > 0);
  const span = extent(groups.flatMap(group => group.points.map(it => it.value)));
  const frame = frameOf(width, HEIGHT);
  const kind = span && span[0] > 0 ? props.scale : 'linear';
  return (
    <ChartFigure
      title={title}
      chart={chart}
      holder={holder}
      width={width}
      height={HEIGHT}
      said={trans.__('%1: %2 boxes', title, groups.length)}
      empty={trans.__('None of these runs has a number for both.')}
      csv={() => boxCsv(groups, acrossName, upName)}
      trans={trans}
    >
      {span ? (
        <>
          <Boxes
            {...props}
            groups={groups}
            frame={frame}
            up={scaleOf(kind, widened(span, kind), [frame.bottom, frame.top])}
          />
        </>
      ) : null}
    </ChartFigure>
  );
}

type IBoxesProps = IBoxChartProps & { frame: IFrame; up: IScale };

function Boxes({ groups, frame, up, acrossName, upName, open, trans }: IBoxesProps): JSX.Element {
  const step = (frame.right - frame.left) / groups.length;
  const half = Math.min(WIDEST, step * 0.6) / 2;
  return (
    <>
      <g className="nbtrack-Chart-axes">
        {up.ticks(8).map(value => (
          <g key={value} transform={`translate(0 ${up.at(value)})`}>
            <line x1={frame.left} x2={frame.right} />
            <text x={frame.left - 6} textAnchor="end" dominantBaseline="middle">
              {tickNumber(value)}
            </text>
          </g>
        ))}
        <text className="nbtrack-Chart-axisName" x={frame.right} y={HEIGHT - 6} textAnchor="end">
          {acrossName}
        </text>
        <text
          className="nbtrack-Chart-axisName"
          transform={`translate(12 ${frame.top}) rotate(-90)`}
          textAnchor="end"
        >
          {upName}
        </text>
      </g>
      {groups.map((group, index) => {
        const middle = frame.left + step * (index + 0.5);
        const box = boxOf(group.points.map(it => it.value));
        return (
          <g key={group.name}>
            <text x={middle} y={frame.bottom + 14} textAnchor="middle">
              {shortened(group.name, step)}
              <title>{group.name}</title>
            </text>
            {box ? (
              <Box box={box} middle={middle} half={half} up={up} said={saidOf(group, box, trans)} />
            ) : null}
            {group.points.map((point, place) => (
              <ChartPoint
                key={point.id}
                id={point.id}
                slot={point.slot}
                said={`${point.label}: ${upName} ${number(point.value)}`}
                x={middle + spread(place, group.points.length, half)}
                y={up.at(point.value)}
                size={4}
                open={open}
              />
            ))}
          </g>
        );
      })}
    </>
  );
}

function Box(props: {
  box: IBox;
  middle: number;
  half: number;
  up: IScale;
  said: string;
}): JSX.Element {
  const { box, middle, half, up } = props;
  const at = (value: number) => up.at(value);
  return (
    <g className="nbtrack-Box" role="img" aria-label={props.said}>
      <title>{props.said}</title>
      <path
        d={
          `M${middle} ${at(box.low)}V${at(box.first)}M${middle} ${at(box.third)}V${at(box.high)}` +
          `M${middle - half / 2} ${at(box.low)}h${half}M${middle - half / 2} ${at(box.high)}h${half}`
        }
      />
      <rect
        x={middle - half}
        width={2 * half}
        y={at(box.third)}
        height={Math.max(1, at(box.first) - at(box.third))}
      />
      <path className="nbtrack-mod-median" d={`M${middle - half} ${at(box.median)}h${2 * half}`} />
    </g>
  );
}

/** The points of a box side by side, so that equal ones are told apart. */
function spread(place: number, count: number, half: number): number {
  return count < 2 ? 0 : (place / (count - 1) - 0.5) * half;
}

function saidOf(group: IBoxGroup, box: IBox, trans: TranslationBundle): string {
  const count = trans._n('%1 run', '%1 runs', group.points.length);
  return trans.__(
    '%1: %2, median %3, half of them from %4 to %5',
    group.name,
    count,
    number(box.median),
    number(box.first),
    number(box.third)
  );
}

/** As much of a name as there is room for. */
function shortened(name: string, room: number): string {
  const most = Math.max(3, Math.floor(room / 7));
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function boxCsv(groups: readonly IBoxGroup[], acrossName: string, upName: string): string {
  const rows = groups.flatMap(({ name, points }) =>
    points.map(point => [point.id, point.label, name, point.value])
  );
  return csvText([['run_id', 'run_name', acrossName, upName], ...rows]);
}
