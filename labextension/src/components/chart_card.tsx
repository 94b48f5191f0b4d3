/**
 * One chart of the board: what it shows can be chosen, it can be moved and taken away.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { BoxChart } from '../charts/box_chart';
import { categories } from '../charts/box_figures';
import { ContourChart } from '../charts/contour_chart';
import type { ILegendItem } from '../charts/legend';
import { ScatterChart } from '../charts/scatter_chart';
import { numberOf } from '../charts/series';
import { CHART_KINDS, type ChartKind, type ChartWish } from '../state/charts';
import { MetricBars } from './bar_board';
import type { IDifference } from './differences';
import { LabelledSelect } from './labelled_select';
import { axisName } from './parallel_board';
import { numericRows } from './scatter_board';

/** What a card is given. */
export interface IChartCardProps {
  readonly wish: ChartWish;
  readonly place: number;
  readonly count: number;
  readonly rows: readonly IDifference[];
  readonly runs: readonly ILegendItem[];
  readonly hidden: ReadonlySet<string>;
  readonly open: (id: string) => void;
  readonly change: (change: Partial<ChartWish>) => void;
  readonly move: (by: number) => void;
  readonly remove: () => void;
  readonly trans: TranslationBundle;
}

/** The rows that a chart shows; what was not chosen, or is not there, is the first that fits. */
export interface IChosenRows {
  readonly x: IDifference | undefined;
  readonly y: IDifference | undefined;
  readonly z: IDifference | undefined;
}

/** What can be chosen for each axis of a kind; an axis without choice is not used. */
export function axesOf(
  kind: ChartKind,
  rows: readonly IDifference[]
): Record<'x' | 'y' | 'z', readonly IDifference[]> {
  const numeric = numericRows(rows);
  const metrics = numeric.filter(row => row.group === 'metrics');
  const params = numeric.filter(row => row.group === 'params');
  const others = numeric.filter(row => row.group !== 'params');
  const differing = [...rows].sort((one, two) => Number(two.differs) - Number(one.differs));
  switch (kind) {
    case 'box': {
      const common = ['params', 'run', 'tags'].flatMap(group =>
        differing.filter(row => row.group === group && row.key !== 'duration_seconds')
      );
      return { x: common, y: metrics, z: [] };
    }
    case 'contour':
      return { x: [...params, ...others], y: [...params, ...others], z: metrics };
    case 'scatter':
      return { x: [...params, ...others], y: [...metrics, ...numeric], z: [] };
    case 'bars':
      return { x: [], y: metrics, z: [] };
  }
}

/** The rows of a wish. */
export function chosenRows(wish: ChartWish, rows: readonly IDifference[]): IChosenRows {
  const axes = axesOf(wish.kind, rows);
  const find = (axis: 'x' | 'y' | 'z', without?: IDifference): IDifference | undefined =>
    axes[axis].find(row => axisName(row) === wish[axis]) ??
    axes[axis].find(row => row !== without) ??
    axes[axis][0];
  const x = find('x');
  return { x, y: find('y', x), z: find('z') };
}

export function ChartCard(props: IChartCardProps): JSX.Element {
  const { wish, place, count, move, trans } = props;
  const number = place + 1;
  return (
    <section className="nbtrack-ChartCard" aria-label={trans.__('Chart %1 of %2', number, count)}>
      <div className="nbtrack-Board-controls">
        <Choices {...props} />
        <span className="nbtrack-ChartCard-acts">
          <Act
            sign="↑"
            label={trans.__('Move chart %1 forward', number)}
            move={-1}
            isDisabled={place === 0}
            act={() => move(-1)}
          />
          <Act
            sign="↓"
            label={trans.__('Move chart %1 back', number)}
            move={1}
            isDisabled={place === count - 1}
            act={() => move(1)}
          />
          <Act sign="×" label={trans.__('Take chart %1 away', number)} act={props.remove} />
        </span>
      </div>
      <Chart {...props} rowsOf={chosenRows(wish, props.rows)} />
    </section>
  );
}

function Choices({ wish, rows, change, trans }: IChartCardProps): JSX.Element {
  const kinds: Record<ChartKind, string> = {
    box: trans.__('Boxes'),
    contour: trans.__('Contour'),
    scatter: trans.__('Scatter'),
    bars: trans.__('Bars')
  };
  const labels = {
    x: wish.kind === 'box' ? trans.__('Grouped by') : trans.__('Across'),
    y:
      wish.kind === 'contour' || wish.kind === 'scatter' ? trans.__('Upwards') : trans.__('Metric'),
    z: trans.__('Metric')
  };
  const axes = axesOf(wish.kind, rows);
  const chosen = chosenRows(wish, rows);
  return (
    <>
      <LabelledSelect
        label={trans.__('Kind')}
        options={CHART_KINDS.map(value => ({ value, label: kinds[value] }))}
        value={wish.kind}
        choose={kind => change({ kind: kind as ChartKind })}
      />
      {(['z', 'y', 'x'] as const).map(axis =>
        axes[axis].length ? (
          <LabelledSelect
            key={axis}
            label={labels[axis]}
            options={[...new Set(axes[axis].map(axisName))].map(value => ({ value, label: value }))}
            value={chosen[axis] ? axisName(chosen[axis]) : ''}
            choose={name => change({ [axis]: name })}
          />
        ) : null
      )}
      {wish.kind === 'bars' ? null : (
        <label>
          <input
            type="checkbox"
            checked={wish.isLog}
            onChange={event => change({ isLog: event.target.checked })}
          />{' '}
          {trans.__('Logarithmic')}
        </label>
      )}
    </>
  );
}

/** The chart itself. */
function Chart(props: IChartCardProps & { rowsOf: IChosenRows }): JSX.Element {
  const { wish, runs, hidden, open, trans } = props;
  const { x, y, z } = props.rowsOf;
  const scale = wish.isLog ? ('log' as const) : ('linear' as const);
  const seen = runs.map((run, index) => ({ run, index })).filter(it => !hidden.has(it.run.id));
  const at = (row: IDifference, index: number): number => numberOf(row.values[index]);
  if (wish.kind === 'bars' && y) {
    return <MetricBars {...props} row={y} />;
  }
  if (wish.kind === 'box' && x && y) {
    const groups = categories(seen.map(it => x.values[it.index] ?? null)).map(group => ({
      name: group.name,
      points: group.places.flatMap(place => {
        const it = seen[place];
        return it ? [{ ...it.run, value: at(y, it.index) }] : [];
      })
    }));
    const names = { acrossName: axisName(x), upName: axisName(y) };
    return <BoxChart {...{ groups, ...names, scale, open, trans }} />;
  }
  if (wish.kind === 'contour' && x && y && z) {
    const points = seen.map(({ run, index }) => ({
      ...run,
      x: at(x, index),
      y: at(y, index),
      z: at(z, index)
    }));
    const names = { acrossName: axisName(x), upName: axisName(y), heightName: axisName(z) };
    return <ContourChart {...{ points, ...names, scale, open, trans }} />;
  }
  if (wish.kind === 'scatter' && x && y) {
    const points = seen.map(({ run, index }) => ({ ...run, x: at(x, index), y: at(y, index) }));
    const names = { acrossName: axisName(x), upName: axisName(y) };
    return <ScatterChart {...{ points, ...names, scale, open, trans }} />;
  }
  return (
    <p className="nbtrack-Empty">{trans.__('These runs have no numbers for such a chart.')}</p>
  );
}

function Act(props: {
  sign: string;
  label: string;
  move?: number;
  isDisabled?: boolean;
  act: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="nbtrack-Act"
      data-move={props.move}
      disabled={props.isDisabled}
      aria-label={props.label}
      title={props.label}
      onClick={props.act}
    >
      {props.sign}
    </button>
  );
}
