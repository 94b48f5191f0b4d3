/**
 * Runs side by side: what differs, and which is best in what.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { Swatch, type ILegendItem } from '../charts/legend';
import { columnTitle, duration, number } from '../state/format';
import type { DifferenceGroup, IDifference } from './differences';

/** What the table is given; values stand in the order of the runs, `order` says which are shown where. */
export interface IDifferenceTableProps {
  readonly runs: readonly ILegendItem[];
  readonly rows: readonly IDifference[];
  readonly order: readonly number[];
  readonly open: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly trans: TranslationBundle;
}

/**
 * One column a run, one row a param, metric or tag.
 */
export function DifferenceTable(props: IDifferenceTableProps): JSX.Element {
  const { rows, trans } = props;
  const groups: DifferenceGroup[] = ['metrics', 'params', 'run', 'tags'];
  return (
    <div className="nbtrack-Differences-scroll">
      <table className="nbtrack-Table nbtrack-Differences" aria-label={trans.__('Differences')}>
        <Head {...props} />
        {groups.map(group => (
          <Group
            key={group}
            {...props}
            group={group}
            title={titleOf(group, trans)}
            rows={rows.filter(row => row.group === group)}
          />
        ))}
      </table>
    </div>
  );
}

function Head(props: IDifferenceTableProps): JSX.Element {
  const { runs, order, open, remove, trans } = props;
  return (
    <thead>
      <tr>
        <td />
        {order.map(index => {
          const run = runs[index];
          return run ? (
            <th key={run.id} scope="col">
              <Swatch slot={run.slot} />
              <button type="button" className="nbtrack-Link" onClick={() => open(run.id)}>
                {run.label}
              </button>
              {runs.length > 2 ? (
                <button
                  type="button"
                  className="nbtrack-Differences-remove"
                  aria-label={trans.__('Take %1 out of the comparison', run.label)}
                  title={trans.__('Take out of the comparison')}
                  onClick={() => remove(run.id)}
                >
                  ×
                </button>
              ) : null}
            </th>
          ) : null;
        })}
      </tr>
    </thead>
  );
}

function Group(
  props: IDifferenceTableProps & { group: DifferenceGroup; title: string }
): JSX.Element | null {
  const { group, rows, runs, order, title, trans } = props;
  if (!rows.length) {
    return null;
  }
  return (
    <tbody>
      <tr className="nbtrack-Differences-group">
        <th scope="rowgroup" colSpan={runs.length + 1}>
          {title}
        </th>
      </tr>
      {rows.map(row => (
        <tr key={row.key} className={row.differs ? 'nbtrack-mod-differs' : undefined}>
          <th scope="row" title={row.key}>
            {group === 'run' ? columnTitle(row.key, trans) : row.key}
          </th>
          {order.map(index => (
            <td
              key={runs[index]?.id ?? index}
              className={row.best.includes(index) ? 'nbtrack-mod-best' : undefined}
              title={String(row.values[index] ?? '')}
            >
              {shownValue(row, index)}
              {row.best.includes(index) ? (
                <span role="img" aria-label={trans.__('best')}>
                  {' '}
                  ★
                </span>
              ) : null}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function shownValue(row: IDifference, index: number): string {
  const value = row.values[index] ?? null;
  if (row.key === 'duration_seconds' && row.group === 'run' && typeof value === 'number') {
    return duration(value * 1000);
  }
  return row.group === 'metrics' || value === null ? number(value) : String(value);
}

function titleOf(group: DifferenceGroup, trans: TranslationBundle): string {
  return {
    run: trans.__('Run'),
    params: trans.__('Params'),
    metrics: trans.__('Metrics'),
    tags: trans.__('Tags')
  }[group];
}
