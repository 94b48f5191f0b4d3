/**
 * The metrics of a run: last, lowest and highest value.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { MetricItem } from '../records';
import { number } from '../state/format';

/** With fewer metrics than this a filter is no help. */
const FILTERED = 8;

/** So many stand above the charts; all others come when they are asked for. */
const SHOWN = 20;

interface MetricsProps {
  metrics: readonly MetricItem[];
  trans: TranslationBundle;
}

/**
 * One row a metric, by name.
 */
export function MetricTable({ metrics, trans }: MetricsProps): JSX.Element {
  const [filter, setFilter] = useState('');
  const [isWhole, setWhole] = useState(false);
  const wanted = filter.trim().toLowerCase();
  const found = metrics
    .filter(it => it.key.toLowerCase().includes(wanted))
    .sort((one, two) => one.key.localeCompare(two.key, undefined, { numeric: true }));
  return (
    <>
      {metrics.length >= FILTERED ? (
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter')}
          aria-label={trans.__('Filter %1', trans.__('metrics'))}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      ) : null}
      <Rows metrics={isWhole ? found : found.slice(0, SHOWN)} trans={trans} />
      {found.length ? null : <p className="nbtrack-Empty">{trans.__('Nothing matches.')}</p>}
      {found.length > SHOWN && !isWhole ? (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => setWhole(true)}
        >
          {trans.__('Show all %1 metrics', found.length)}
        </button>
      ) : null}
    </>
  );
}

function Rows({ metrics, trans }: MetricsProps): JSX.Element {
  return (
    <table className="nbtrack-Table nbtrack-mod-numbers" aria-label={trans.__('Metrics')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Metric')}</th>
          <th scope="col">{trans.__('Last')}</th>
          <th scope="col">{trans.__('Lowest')}</th>
          <th scope="col">{trans.__('Highest')}</th>
          <th scope="col">{trans.__('Step')}</th>
          <th scope="col">{trans.__('Points')}</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map(metric => (
          <tr key={metric.key}>
            <th scope="row">{metric.key}</th>
            <td title={String(metric.value)}>{number(metric.value)}</td>
            <td title={String(metric.min)}>{number(metric.min)}</td>
            <td title={String(metric.max)}>{number(metric.max)}</td>
            <td>{metric.step}</td>
            <td>{metric.count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
