/**
 * How an endpoint fares: figures of now, and the last two minutes as charts.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo } from 'react';

import { Swatch } from '../charts/legend';
import { LineChart } from '../charts/line_chart';
import type { ISeries } from '../charts/series';
import type { EndpointReply, LoadItem } from '../records';
import { failing, isLive, latencies, milliseconds, percent, rate } from '../state/endpoint_words';
import { age, moment } from '../state/format';

interface OverviewProps {
  reply: EndpointReply;
  now: number;
  trans: TranslationBundle;
}

/** The overview. */
export function EndpointOverview(props: OverviewProps): JSX.Element {
  const { reply, trans } = props;
  return (
    <>
      <Figures {...props} />
      <LoadCharts load={reply.load} trans={trans} />
    </>
  );
}

function Figures({ reply, now, trans }: OverviewProps): JSX.Element {
  const { endpoint: item, codes } = reply;
  const told = Object.entries(codes).sort(([one], [two]) => one.localeCompare(two));
  const figures: [string, string, string][] = [
    [trans.__('requests a second'), rate(item.per_second), ''],
    [trans.__('p50'), milliseconds(item.p50_ms), trans.__('half of the answers came within this')],
    [trans.__('p95'), milliseconds(item.p95_ms), trans.__('95 of 100 answers came within this')],
    [trans.__('p99'), milliseconds(item.p99_ms), trans.__('99 of 100 answers came within this')],
    [
      trans.__('requests'),
      String(item.requests),
      told.map(([code, count]) => `${code}: ${count}`).join(', ')
    ],
    [trans.__('errors'), `${item.errors} (${percent(failing(item))})`, ''],
    [trans.__('in flight'), String(item.in_flight), ''],
    [trans.__('workers'), String(item.workers), ''],
    [trans.__('restarts'), String(item.restarts), trans.__('workers that ended by themselves')],
    [
      trans.__('logged'),
      String(item.logged),
      trans.__('%1 of the requests are kept in the store', percent(item.log_rate))
    ],
    [trans.__('up for'), isLive(item) ? age(item.since, now) : '–', moment(item.since)]
  ];
  return (
    <dl className="nbtrack-Figures">
      {figures.map(([label, value, hint]) => (
        <div key={label} title={hint || undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function LoadCharts(props: { load: LoadItem; trans: TranslationBundle }): JSX.Element {
  const { load, trans } = props;
  const charts = useMemo(() => loadCharts(load, trans), [load, trans]);
  return (
    <div className="nbtrack-Board-charts">
      {charts.map(({ title, series }) => (
        <div key={title}>
          <LineChart
            title={title}
            series={series}
            xKind="clock"
            scale="linear"
            smoothing={0}
            isLoading={false}
            trans={trans}
          />
          <Lines series={series} trans={trans} />
        </div>
      ))}
    </div>
  );
}

/** Which stroke is which line; the title says it where there is only one. */
function Lines(props: {
  series: readonly ISeries[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { series, trans } = props;
  return series.length < 2 ? null : (
    <ul className="nbtrack-Endpoint-lines" aria-label={trans.__('Lines of the chart')}>
      {series.map(({ id, label, slot }) => (
        <li key={id}>
          <Swatch slot={slot} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** The charts of the load: requests, latency, errors. */
export function loadCharts(
  load: LoadItem,
  trans: TranslationBundle
): { title: string; series: ISeries[] }[] {
  const line = (label: string, slot: number, y: readonly number[]): ISeries => ({
    id: label,
    label,
    slot,
    x: load.moments,
    y
  });
  // where nothing happened a line at zero tells less than its absence
  const isBusy = load.requests.some(it => it > 0);
  const some = (series: ISeries[]): ISeries[] => (isBusy ? series : []);
  const charts = [
    {
      title: trans.__('Requests a second'),
      series: some([line(trans.__('requests'), 0, load.requests)])
    },
    {
      title: trans.__('Latency in ms'),
      series: some([
        line(trans.__('p50, half of the answers'), 0, latencies(load, load.p50_ms)),
        line(trans.__('p95, 95 of 100'), 1, latencies(load, load.p95_ms))
      ])
    }
  ];
  if (load.errors.some(it => it > 0)) {
    charts.push({
      title: trans.__('Errors a second'),
      series: [line(trans.__('errors'), 1, load.errors)]
    });
  }
  return charts;
}
