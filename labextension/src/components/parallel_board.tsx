/**
 * Parallel coordinates with a choice of axes.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import type { IColumn } from '../charts/parallel_axes';
import { ParallelChart } from '../charts/parallel_chart';
import type { IDifference } from './differences';

/** So many axes are drawn until a person chooses. */
const AXES = 8;

/**
 * The axes that are drawn at first: params that differ, then metrics that differ.
 */
export function firstAxes(rows: readonly IDifference[]): string[] {
  const named = (group: string) =>
    rows.filter(row => row.group === group && row.differs).map(axisName);
  const metrics = named('metrics');
  const room = AXES - Math.min(metrics.length, AXES / 2);
  const params = named('params').slice(0, room);
  return [...params, ...metrics.slice(0, AXES - params.length)];
}

/**
 * A row's full name, as in the query language.
 */
export function axisName(row: IDifference): string {
  return row.group === 'run' ? row.key : `${row.group}.${row.key}`;
}

/**
 * Choice and chart.
 */
export function ParallelBoard(props: {
  rows: readonly IDifference[];
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  open: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { runs, trans } = props;
  const rows = props.rows.filter(row => row.group === 'params' || row.group === 'metrics');
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const names = chosen ?? firstAxes(rows);
  const columns = rows.filter(row => names.includes(axisName(row))).map(columnOf);
  return (
    <>
      <details className="nbtrack-Choice">
        <summary>{trans.__('Axes: %1 of %2', columns.length, rows.length)}</summary>
        <div role="group" aria-label={trans.__('Axes')}>
          {rows.map(row => {
            const name = axisName(row);
            return (
              <label key={name}>
                <input
                  type="checkbox"
                  checked={names.includes(name)}
                  onChange={event =>
                    setChosen(
                      event.target.checked ? [...names, name] : names.filter(one => one !== name)
                    )
                  }
                />{' '}
                {name}
              </label>
            );
          })}
        </div>
      </details>
      {columns.length > 1 ? (
        <ParallelChart {...props} runs={runs} columns={columns} />
      ) : (
        <p className="nbtrack-Empty">
          {trans.__('Choose two axes or more: params and metrics of these runs.')}
        </p>
      )}
    </>
  );
}

/** Params before metrics, so that lines run from cause to effect. */
function columnOf(row: IDifference): IColumn {
  return { name: axisName(row), values: row.values };
}
