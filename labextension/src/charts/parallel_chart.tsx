/**
 * Parallel coordinates: each run a line over params and metrics, each axis can be brushed.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRef, useState, type PointerEvent } from 'react';

import { ChartTools } from './chart_tools';
import { csvText } from './csv';
import { number } from '../state/format';
import type { ILegendItem } from './legend';
import { strokeOf } from './palette';
import {
  axisTitles,
  brushed,
  parallelAxis,
  shortened,
  type IColumn,
  type IParallelAxis
} from './parallel_axes';
import type { Span } from './scale';
import { useWidth } from './width';

const HEIGHT = 340;
const FIRST_WIDTH = 800;
/** Below this width of an axis the chart scrolls. */
const AXIS_WIDTH = 110;
const TOP = 44;
const BOTTOM = HEIGHT - 14;
const SIDE = 90;
/** What a letter of a label needs, in pixels. */
const LETTER = 8;
/** A brush lower than this was a click, which takes the brush away. */
const CLICK = 4;

/** What the chart is given; `columns` hold a value for each of the runs, in their order. */
export interface IParallelProps {
  readonly runs: readonly ILegendItem[];
  readonly columns: readonly IColumn[];
  readonly hidden: ReadonlySet<string>;
  readonly open: (id: string) => void;
  readonly trans: TranslationBundle;
}

/**
 * The chart with its tools; a line opens its run.
 */
export function ParallelChart(props: IParallelProps): JSX.Element {
  const { runs, columns, trans } = props;
  const [holder, room] = useWidth(FIRST_WIDTH);
  const [brushes, setBrushes] = useState<ReadonlyMap<string, Span>>(new Map());
  const chart = useRef<SVGSVGElement>(null);
  const width = Math.max(room, SIDE * 2 + AXIS_WIDTH * (columns.length - 1));
  const axes = columns.map(column => parallelAxis(column, [BOTTOM, TOP], number));
  const isIn = brushed(axes, brushes, runs.length);
  const stride = (width - SIDE * 2) / Math.max(columns.length - 1, 1);
  const left = (index: number) => SIDE + index * stride;
  const titles = axisTitles(
    columns.map(column => column.name),
    Math.floor(stride / LETTER)
  );
  const brush = (name: string, span: Span | null) => {
    const next = new Map(brushes);
    if (span) {
      next.set(name, span);
    } else {
      next.delete(name);
    }
    setBrushes(next);
  };
  const title = trans.__('Parallel coordinates');
  return (
    <figure className="nbtrack-Chart">
      <figcaption>
        <span className="nbtrack-Chart-title">{title}</span>
        <ChartTools
          chart={chart}
          name="parallel_coordinates"
          csv={() => parallelCsv(runs, columns)}
          reset={brushes.size ? () => setBrushes(new Map()) : null}
          trans={trans}
        />
      </figcaption>
      <div className="nbtrack-Chart-wide" ref={holder}>
        <svg
          ref={chart}
          className="nbtrack-Parallel"
          width={width}
          height={HEIGHT}
          role="group"
          aria-label={summaryOf(props, isIn)}
        >
          <RunLines {...props} axes={axes} isIn={isIn} left={left} />
          {axes.map((axis, index) => (
            <UprightAxis
              key={axis.name}
              axis={axis}
              left={left(index)}
              title={titles[index] ?? axis.name}
              brush={brushes.get(axis.name) ?? null}
              setBrush={span => brush(axis.name, span)}
              trans={trans}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

function RunLines(
  props: IParallelProps & {
    axes: readonly IParallelAxis[];
    isIn: readonly boolean[];
    left: (index: number) => number;
  }
): JSX.Element {
  const { runs, axes, hidden, isIn, left, open } = props;
  return (
    <g className="nbtrack-Parallel-runs">
      {runs.map((run, index) => {
        if (hidden.has(run.id)) {
          return null;
        }
        const stroke = strokeOf(run.slot);
        return (
          <path
            key={run.id}
            role="button"
            tabIndex={0}
            aria-label={run.label}
            className={isIn[index] ? undefined : 'nbtrack-mod-faint'}
            d={parallelPath(axes, index, left)}
            style={{ stroke: stroke.colour }}
            strokeDasharray={stroke.dash}
            onClick={() => open(run.id)}
            onKeyDown={event => {
              if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                open(run.id);
              }
            }}
          >
            <title>{run.label}</title>
          </path>
        );
      })}
    </g>
  );
}

function UprightAxis(props: {
  axis: IParallelAxis;
  left: number;
  title: string;
  brush: Span | null;
  setBrush: (span: Span | null) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { axis, brush, setBrush, trans } = props;
  const start = useRef<number | null>(null);
  const place = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(Math.max(TOP + event.clientY - box.top, TOP), BOTTOM);
  };
  return (
    <g className="nbtrack-Parallel-axis" transform={`translate(${props.left} 0)`}>
      <line y1={TOP} y2={BOTTOM} />
      <text className="nbtrack-Parallel-name" y={TOP - 20} textAnchor="middle">
        <title>{axis.name}</title>
        {props.title}
      </text>
      {axis.ticks.map(tick => (
        <text key={tick.label} x={-6} y={tick.at} textAnchor="end" dominantBaseline="middle">
          <title>{tick.label}</title>
          {shortened(tick.label, 12)}
        </text>
      ))}
      {brush ? (
        <rect
          className="nbtrack-Parallel-brush"
          x={-8}
          y={brush[0]}
          width={16}
          height={brush[1] - brush[0]}
        />
      ) : null}
      <rect
        className="nbtrack-Parallel-pad"
        data-pointer=""
        x={-10}
        y={TOP}
        width={20}
        height={BOTTOM - TOP}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = place(event);
        }}
        onPointerMove={event => {
          if (start.current !== null) {
            const end = place(event);
            setBrush([Math.min(start.current, end), Math.max(start.current, end)]);
          }
        }}
        onPointerUp={event => {
          if (start.current !== null && Math.abs(place(event) - start.current) < CLICK) {
            setBrush(null);
          }
          start.current = null;
        }}
      >
        <title>{trans.__('Drag to keep only runs in a range, click to keep all')}</title>
      </rect>
    </g>
  );
}

/**
 * A run's way over the axes, with a gap where it has no value.
 */
export function parallelPath(
  axes: readonly IParallelAxis[],
  run: number,
  left: (index: number) => number
): string {
  let isOpen = false;
  return axes
    .map((axis, index) => {
      const place = axis.places[run] ?? null;
      const letter = isOpen ? 'L' : 'M';
      isOpen = place !== null;
      return place === null ? '' : `${letter}${Math.round(left(index))} ${Math.round(place)}`;
    })
    .join('');
}

function summaryOf(props: IParallelProps, isIn: readonly boolean[]): string {
  const { runs, columns, trans } = props;
  const names = columns.map(column => column.name).join(', ');
  const count = isIn.filter(Boolean).length;
  return trans.__('%1 of %2 runs over the axes %3', count, runs.length, names);
}

function parallelCsv(runs: readonly ILegendItem[], columns: readonly IColumn[]): string {
  const head = ['run_id', 'run_name', ...columns.map(column => column.name)];
  const rows = runs.map((run, index) => [
    run.id,
    run.label,
    ...columns.map(column => column.values[index] ?? '')
  ]);
  return csvText([head, ...rows]);
}
