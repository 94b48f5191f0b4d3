/**
 * A chart for each metric, with what holds for all of them: axis, scale, smoothing, which metrics.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useMemo, useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import { LineChart } from '../charts/line_chart';
import type { ScaleKind } from '../charts/scale';
import { seriesOf, type ISeries, type XKind } from '../charts/series';
import type { Curve, RunReply } from '../records';

/** So many charts are drawn at first, and so many more each time. */
const PAGE = 12;

/** What is chosen for all charts. */
export interface IBoardChoice {
  readonly xKind: XKind;
  readonly scale: ScaleKind;
  readonly smoothing: number;
}

/** What the board is given. */
export interface ICurveBoardProps {
  /** The names of all metrics. */
  readonly keys: readonly string[];
  readonly curves: readonly Curve[];
  /** Whether curves that are missing may still come. */
  readonly isLoading: boolean;
  readonly runs: readonly ILegendItem[];
  readonly hidden: ReadonlySet<string>;
  /** Told which metrics are on the screen, so that only their points are fetched. */
  readonly wanted: (keys: readonly string[]) => void;
  readonly trans: TranslationBundle;
}

/**
 * The charts under their controls.
 */
export function CurveBoard(props: ICurveBoardProps): JSX.Element {
  const { keys, trans, wanted } = props;
  const [choice, setChoice] = useState<IBoardChoice>({
    xKind: 'step',
    scale: 'linear',
    smoothing: 0
  });
  const [filter, setFilter] = useState('');
  const [count, setCount] = useState(PAGE);
  const found = useMemo(() => matching(keys, filter), [keys, filter]);
  const shown = found.slice(0, count);
  const names = shown.join('\n');
  useEffect(() => wanted(names ? names.split('\n') : []), [names, wanted]);
  if (!keys.length) {
    return (
      <p className="nbtrack-Empty">
        {trans.__(
          'No metric with more than one point yet. A line such as log_metric("loss", loss, step=step) draws one here.'
        )}
      </p>
    );
  }
  return (
    <div className="nbtrack-Board">
      <BoardControls {...{ choice, setChoice, filter, setFilter, trans }} />
      <div className="nbtrack-Board-charts">
        {shown.map(key => (
          <BoardChart key={key} name={key} choice={choice} {...props} />
        ))}
      </div>
      {found.length ? null : (
        <p className="nbtrack-Empty">{trans.__('No metric has “%1” in its name.', filter)}</p>
      )}
      {found.length > count ? (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => setCount(count + PAGE)}
        >
          {trans.__('Show more of %1 metrics', found.length)}
        </button>
      ) : null}
    </div>
  );
}

/**
 * The lines of one metric, of the runs that are not hidden.
 */
export function boardSeries(
  name: string,
  props: Pick<ICurveBoardProps, 'curves' | 'runs' | 'hidden'>,
  kind: XKind
): ISeries[] {
  return props.runs.flatMap(run => {
    const curve = props.curves.find(one => one.run_id === run.id && one.key === name);
    return curve && !props.hidden.has(run.id) ? [seriesOf(curve, kind, run.label, run.slot)] : [];
  });
}

/**
 * The metrics of which some run has a line: more than one point.
 */
export function drawnKeys(replies: readonly RunReply[]): string[] {
  const keys = replies.flatMap(reply =>
    reply.metrics.filter(metric => metric.count > 1).map(metric => metric.key)
  );
  return [...new Set(keys)].sort((one, two) =>
    one.localeCompare(two, undefined, { numeric: true })
  );
}

/**
 * The names that hold a text, in any case.
 */
export function matching(keys: readonly string[], filter: string): string[] {
  const wanted = filter.trim().toLowerCase();
  return keys.filter(key => key.toLowerCase().includes(wanted));
}

function BoardChart(props: ICurveBoardProps & { name: string; choice: IBoardChoice }): JSX.Element {
  const { name, choice, curves, runs, hidden, trans, isLoading } = props;
  const series = useMemo(
    () => boardSeries(name, { curves, runs, hidden }, choice.xKind),
    [name, curves, runs, hidden, choice.xKind]
  );
  return <LineChart title={name} {...{ series, trans, isLoading }} {...choice} />;
}

function BoardControls(props: {
  choice: IBoardChoice;
  setChoice: (choice: IBoardChoice) => void;
  filter: string;
  setFilter: (filter: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { choice, setChoice, trans } = props;
  return (
    <div className="nbtrack-Board-controls" role="group" aria-label={trans.__('Charts')}>
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Filter metrics')}
        aria-label={trans.__('Filter metrics')}
        value={props.filter}
        onChange={event => props.setFilter(event.target.value)}
      />
      <label>
        {trans.__('Over')}{' '}
        <select
          className="jp-mod-styled"
          value={choice.xKind}
          onChange={event => setChoice({ ...choice, xKind: event.target.value as XKind })}
        >
          <option value="step">{trans.__('step')}</option>
          <option value="elapsed">{trans.__('time since the start')}</option>
          <option value="clock">{trans.__('clock')}</option>
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={choice.scale === 'log'}
          onChange={event =>
            setChoice({ ...choice, scale: event.target.checked ? 'log' : 'linear' })
          }
        />{' '}
        {trans.__('Logarithmic')}
      </label>
      <label>
        {trans.__('Smoothing')}{' '}
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={choice.smoothing}
          onChange={event => setChoice({ ...choice, smoothing: Number(event.target.value) })}
        />{' '}
        <output>{choice.smoothing.toFixed(2)}</output>
      </label>
    </div>
  );
}
