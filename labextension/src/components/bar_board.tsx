/**
 * Metrics as bars: for each metric a row for every run, as long as its value.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import { strokeOf } from '../charts/palette';
import { numberOf } from '../charts/series';
import { number } from '../state/format';
import type { IDifference } from './differences';

/** Metrics that are drawn before somebody asks for more. */
const FIRST = 8;

/** A bar: where it begins and ends, in percent of the room. */
export interface IBar {
  readonly left: number;
  readonly width: number;
}

/**
 * The bars of some values over one axis that has zero in it.
 */
export function barsOf(values: readonly (number | null)[]): (IBar | null)[] {
  const finite = values.filter((it): it is number => it !== null && Number.isFinite(it));
  const low = Math.min(0, ...finite);
  const span = Math.max(0, ...finite) - low || 1;
  return values.map(value => {
    if (value === null || !Number.isFinite(value)) {
      return null;
    }
    const [left, right] = [Math.min(0, value), Math.max(0, value)];
    return { left: (100 * (left - low)) / span, width: (100 * (right - left)) / span };
  });
}

/** The metrics that have a number for some run; those that differ come first. */
function metricsOf(rows: readonly IDifference[]): IDifference[] {
  return rows
    .filter(row => row.group === 'metrics')
    .filter(row => row.values.some(value => Number.isFinite(numberOf(value))))
    .sort((one, two) => Number(two.differs) - Number(one.differs));
}

/**
 * A chart for each metric, those that differ first.
 */
export function BarBoard(props: {
  rows: readonly IDifference[];
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  open: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { trans } = props;
  const [filter, setFilter] = useState('');
  const [isAll, setAll] = useState(false);
  const known = metricsOf(props.rows);
  const fitting = known.filter(row => row.key.toLowerCase().includes(filter.trim().toLowerCase()));
  const shown = isAll ? fitting : fitting.slice(0, FIRST);
  if (!known.length) {
    return <p className="nbtrack-Empty">{trans.__('These runs have no metrics.')}</p>;
  }
  return (
    <>
      <div className="nbtrack-Board-controls">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter metrics')}
          aria-label={trans.__('Filter metrics')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        {fitting.length > shown.length ? (
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            onClick={() => setAll(true)}
          >
            {trans.__('Show all %1', fitting.length)}
          </button>
        ) : null}
      </div>
      <div className="nbtrack-Bars">
        {shown.map(row => (
          <MetricBars key={row.key} {...props} row={row} />
        ))}
      </div>
      {shown.length ? null : <p className="nbtrack-Empty">{trans.__('Nothing matches.')}</p>}
    </>
  );
}

/** A metric as bars, a row for every run. */
export function MetricBars(props: {
  row: IDifference;
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  open: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { row, runs, hidden, open, trans } = props;
  const seen = runs
    .map((run, index) => ({
      run,
      value: row.values[index] ?? null,
      isBest: row.best.includes(index)
    }))
    .filter(({ run }) => !hidden.has(run.id));
  const bars = barsOf(seen.map(({ value }) => (value === null ? null : numberOf(value))));
  return (
    <table className="nbtrack-BarChart" aria-label={trans.__('%1 of each run', row.key)}>
      <caption>{row.key}</caption>
      <tbody>
        {seen.map(({ run, value, isBest }, index) => (
          <tr key={run.id}>
            <th scope="row">
              <button
                type="button"
                className="nbtrack-Link"
                title={run.label}
                onClick={() => open(run.id)}
              >
                {run.label}
              </button>
            </th>
            <td className="nbtrack-Bar">
              <Bar bar={bars[index] ?? null} colour={strokeOf(run.slot).colour} />
            </td>
            <td className={isBest ? 'nbtrack-mod-best' : undefined} title={String(value ?? '')}>
              {value === null ? '–' : number(value)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bar(props: { bar: IBar | null; colour: string }): JSX.Element | null {
  const { bar, colour } = props;
  return bar ? (
    <span style={{ left: `${bar.left}%`, width: `${bar.width}%`, background: colour }} />
  ) : null;
}
