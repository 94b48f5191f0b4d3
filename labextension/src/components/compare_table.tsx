/**
 * The table of differences with its choices: only what differs, best by which metric.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo, useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import type { RunReply } from '../records';
import { DifferenceTable } from './difference_table';
import { differences, directionOf, ranking, type Direction, type IDifference } from './differences';

/** By which metric runs are put in order. */
interface IRankChoice {
  readonly metric: string;
  readonly direction: Direction;
}

/**
 * Choices above, table below.
 */
export function CompareTable(props: {
  replies: readonly RunReply[];
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  open: (id: string) => void;
  remove: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { replies, runs, hidden, trans } = props;
  const [isOnlyDiffering, setOnlyDiffering] = useState(true);
  const [filter, setFilter] = useState('');
  const [rank, setRank] = useState<IRankChoice | null>(null);
  const rows = useMemo(() => differences(replies), [replies]);
  const order = rank
    ? ranking(replies, rank.metric, rank.direction)
    : replies.map((_, index) => index);
  const shown = shownRows(rows, isOnlyDiffering, filter);
  return (
    <div className="nbtrack-CompareTable">
      <div className="nbtrack-Board-controls">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter names')}
          aria-label={trans.__('Filter names')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <label>
          <input
            type="checkbox"
            checked={isOnlyDiffering}
            onChange={event => setOnlyDiffering(event.target.checked)}
          />{' '}
          {trans.__('Only what differs')}
        </label>
        <RankControls rows={rows} rank={rank} setRank={setRank} trans={trans} />
      </div>
      <DifferenceTable
        {...props}
        rows={shown}
        order={order.filter(index => !hidden.has(runs[index]?.id ?? ''))}
      />
      {shown.length ? null : (
        <p className="nbtrack-Empty">
          {filter ? trans.__('No name matches.') : trans.__('These runs do not differ.')}
        </p>
      )}
    </div>
  );
}

/**
 * The rows under the choices.
 */
export function shownRows(
  rows: readonly IDifference[],
  isOnlyDiffering: boolean,
  filter: string
): IDifference[] {
  const wanted = filter.trim().toLowerCase();
  return rows.filter(
    row => (row.differs || !isOnlyDiffering) && row.key.toLowerCase().includes(wanted)
  );
}

function RankControls(props: {
  rows: readonly IDifference[];
  rank: IRankChoice | null;
  setRank: (rank: IRankChoice | null) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { rows, rank, setRank, trans } = props;
  const metrics = rows.filter(row => row.group === 'metrics').map(row => row.key);
  return (
    <>
      <label>
        {trans.__('Best by')}{' '}
        <select
          className="jp-mod-styled"
          value={rank?.metric ?? ''}
          onChange={event => {
            const metric = event.target.value;
            setRank(metric ? { metric, direction: directionOf(metric) } : null);
          }}
        >
          <option value="">{trans.__('order of selection')}</option>
          {metrics.map(metric => (
            <option key={metric} value={metric}>
              {metric}
            </option>
          ))}
        </select>
      </label>
      {rank ? (
        <label>
          {trans.__('Better is')}{' '}
          <select
            className="jp-mod-styled"
            value={rank.direction}
            onChange={event => setRank({ ...rank, direction: event.target.value as Direction })}
          >
            <option value="higher">{trans.__('higher')}</option>
            <option value="lower">{trans.__('lower')}</option>
          </select>
        </label>
      ) : null}
    </>
  );
}
