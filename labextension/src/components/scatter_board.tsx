/**
 * Runs as points, with a choice of both axes.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import type { ScaleKind } from '../charts/scale';
import { ScatterChart } from '../charts/scatter_chart';
import { numberOf } from '../charts/series';
import type { IDifference } from './differences';
import { LabelledSelect } from './labelled_select';
import { axisName } from './parallel_board';

/**
 * The rows that have a number for some run; those that differ come first.
 */
export function numericRows(rows: readonly IDifference[]): IDifference[] {
  const isNumber = (row: IDifference) =>
    ['params', 'metrics'].includes(row.group) || axisName(row) === 'duration_seconds';
  return rows
    .filter(row => isNumber(row) && row.values.some(value => Number.isFinite(numberOf(value))))
    .sort((one, two) => Number(two.differs) - Number(one.differs));
}

/**
 * Choice and chart.
 */
export function ScatterBoard(props: {
  rows: readonly IDifference[];
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  open: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { runs, hidden, open, trans } = props;
  const rows = numericRows(props.rows);
  const [names, setNames] = useState<{ x?: string; y?: string }>({});
  const [scale, setScale] = useState<ScaleKind>('linear');
  const find = (name: string | undefined) => rows.find(row => axisName(row) === name);
  const x = find(names.x) ?? rows.find(row => row.group === 'params') ?? rows[0];
  const y = find(names.y) ?? rows.find(row => row.group === 'metrics' && row !== x) ?? rows[1] ?? x;
  if (!x || !y) {
    return (
      <p className="nbtrack-Empty">
        {trans.__('These runs have no params or metrics with numbers.')}
      </p>
    );
  }
  const points = runs
    .map((run, index) => ({ ...run, x: numberOf(x.values[index]), y: numberOf(y.values[index]) }))
    .filter(run => !hidden.has(run.id));
  const axes = rows.map(row => ({ value: axisName(row), label: axisName(row) }));
  return (
    <>
      <div className="nbtrack-Board-controls">
        <LabelledSelect
          label={trans.__('Across')}
          options={axes}
          value={axisName(x)}
          choose={name => setNames({ ...names, x: name })}
        />
        <LabelledSelect
          label={trans.__('Upwards')}
          options={axes}
          value={axisName(y)}
          choose={name => setNames({ ...names, y: name })}
        />
        <label>
          <input
            type="checkbox"
            checked={scale === 'log'}
            onChange={event => setScale(event.target.checked ? 'log' : 'linear')}
          />{' '}
          {trans.__('Logarithmic')}
        </label>
      </div>
      <ScatterChart
        points={points}
        acrossName={axisName(x)}
        upName={axisName(y)}
        scale={scale}
        open={open}
        trans={trans}
      />
    </>
  );
}
