/**
 * The metrics of a run: last, lowest and highest value.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { MetricItem } from '../records';
import { number } from '../state/format';

/**
 * One row a metric.
 */
export function MetricTable(props: {
  metrics: readonly MetricItem[];
  trans: TranslationBundle;
}): JSX.Element {
  const { metrics, trans } = props;
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
