import { nullTranslator } from '@jupyterlab/translation';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { EndpointList, SERVING, type EndpointListActs } from '../src/components/endpoint_list';
import { EndpointEvents, EndpointLog } from '../src/components/endpoint_log';
import { EndpointOverview, loadCharts } from '../src/components/endpoint_overview';
import { EndpointTraffic, numbersOf } from '../src/components/endpoint_traffic';
import type { EndpointItem, EndpointReply, ResultsReply, ServedItem } from '../src/records';
import {
  aliasOf,
  endpointsWhere,
  isLive,
  milliseconds,
  percent,
  rate,
  servedName
} from '../src/state/endpoint_words';

const trans = nullTranslator.load('nbtrack');
const NOW = 1_800_000_000_000;
const HOSTILE = '<script>alert(1)</script>';

function served(name: string, more: Partial<ServedItem> = {}): ServedItem {
  return {
    name,
    model_uri: 'models:/churn@champion',
    model_name: 'churn',
    version: '3',
    run_id: 'r1',
    share: 1,
    is_shadow: false,
    is_stopped: false,
    requests: 0,
    rows: 0,
    errors: 0,
    mean_ms: null,
    rewards: 0,
    mean_reward: null,
    ...more
  };
}

function endpoint(name: string, more: Partial<EndpointItem> = {}): EndpointItem {
  return {
    name,
    endpoint_id: 'e1',
    url: 'http://127.0.0.1:5000',
    status: 'HEALTHY',
    number: 1,
    mode: 'single',
    variants: [served('champion')],
    earlier: [],
    reason: '',
    since: NOW - 60_000,
    pid: 7,
    behind: '',
    is_loading: false,
    workers: 1,
    restarts: 0,
    requests: 200,
    errors: 0,
    in_flight: 0,
    logged: 0,
    cached: 0,
    per_second: 12.34,
    p50_ms: 0.912,
    p95_ms: 4.2,
    p99_ms: 1500,
    recent: [1, 2, 3],
    follow: false,
    needs_token: false,
    log_rate: 0,
    ...more
  };
}

const nothing = (): void => undefined;
const ACTS: EndpointListActs = {
  open: nothing,
  copy: nothing,
  stop: nothing,
  restart: nothing,
  reload: nothing,
  remove: nothing
};

function list(items: EndpointItem[], more: { isReadOnly?: boolean; filter?: string } = {}): string {
  return renderToStaticMarkup(
    <EndpointList
      items={items}
      acts={ACTS}
      isReadOnly={false}
      filter=""
      setFilter={nothing}
      insert={nothing}
      showModels={nothing}
      now={NOW}
      trans={trans}
      {...more}
    />
  );
}

describe('the words of endpoints', () => {
  it('name what is served', () => {
    expect(servedName(served('a'), trans)).toBe('churn version 3 @champion');
    expect(servedName(served('a', { model_uri: 'models:/churn/3' }), trans)).toBe(
      'churn version 3'
    );
    expect(servedName(served('a', { model_name: null, model_uri: 'runs:/1/model' }), trans)).toBe(
      'runs:/1/model'
    );
    expect([aliasOf('models:/a@b'), aliasOf('models:/a/1')]).toEqual(['b', null]);
  });

  it('round figures as people read them', () => {
    expect([milliseconds(0.9123), milliseconds(1500), milliseconds(null)]).toEqual([
      '0.912 ms',
      '1.5 s',
      '–'
    ]);
    expect([rate(0), rate(1.234), rate(1234.5)]).toEqual(['0', '1.2', '1235']);
    expect([percent(0.125), percent(1)]).toEqual(['12.5 %', '100 %']);
  });

  it('find endpoints by name, model and state', () => {
    const all = [endpoint('one'), endpoint('two', { status: 'FAILED' })];
    const names = (filter: string): string[] => endpointsWhere(all, filter).map(it => it.name);
    expect([names(''), names('failed'), names('CHURN one')]).toEqual([
      ['one', 'two'],
      ['two'],
      ['one']
    ]);
    expect(all.map(isLive)).toEqual([true, false]);
  });
});

describe('the list of endpoints', () => {
  it('teaches how to serve where there is none', () => {
    expect(list([]).replace(/<\/?span>/g, '')).toContain(SERVING);
  });

  it('shows health, model, address and load', () => {
    const html = list([endpoint('churn', { errors: 5 })]);
    for (const told of ['healthy', 'churn version 3 @champion', '12/s', 'p95 4.2 ms', '2.5 %']) {
      expect(html).toContain(told);
    }
    expect(html).toContain('nbtrack-Sparkline');
    expect(html).toContain('Stop churn');
  });

  it('says why one failed, and offers to start it again', () => {
    const html = list([endpoint('churn', { status: 'FAILED', reason: `no ${HOSTILE}` })]);
    expect(html).toContain('Start churn again');
    expect(html).not.toContain(HOSTILE);
    expect(html).toContain('no &lt;script&gt;');
    expect(html).not.toContain('12.3/s');
  });

  it('offers what an alias moved to, and nothing where the store is read only', () => {
    const item = endpoint('churn', { behind: 'champion is now version 4' });
    expect(list([item])).toContain('Reload churn');
    const loading = list([{ ...item, is_loading: true }]);
    expect(loading).toContain('loads other models');
    expect(loading).not.toContain('Reload churn');
    const html = list([item], { isReadOnly: true });
    expect(html).not.toContain('Reload churn');
    expect(html).not.toContain('Stop churn');
  });

  it('shows the shares of several variants', () => {
    const variants = [
      served('a', { share: 0.9 }),
      served('b', { share: 0.1, version: '4', model_uri: 'models:/churn/4' }),
      served('c', { is_shadow: true })
    ];
    const html = list([endpoint('churn', { variants })]);
    for (const told of ['90 %', '10 %', 'shadow', 'churn version 4']) {
      expect(html).toContain(told);
    }
  });
});

const REPLY: EndpointReply = {
  endpoint: endpoint('churn', { requests: 3, errors: 1 }),
  load: {
    moments: [NOW - 1000, NOW],
    requests: [0, 3],
    errors: [0, 1],
    p50_ms: [0, 2],
    p95_ms: [0, 3]
  },
  codes: { '200': 2, '500': 1 },
  events: [
    { time: NOW - 9000, kind: 'started', text: '' },
    { time: NOW - 5000, kind: 'crashed', text: `killed ${HOSTILE}` }
  ]
};

describe('the page of an endpoint', () => {
  it('draws the load, with gaps where nothing was asked', () => {
    const [requests, latency, errors] = loadCharts(REPLY.load, trans);
    expect(requests?.series[0]?.y).toEqual([0, 3]);
    expect(latency?.series.map(it => it.y)).toEqual([
      [NaN, 2],
      [NaN, 3]
    ]);
    expect(errors?.series[0]?.y).toEqual([0, 1]);
    const quiet = { ...REPLY.load, requests: [0, 0], errors: [0, 0] };
    expect(loadCharts(quiet, trans).map(it => it.series.length)).toEqual([0, 0]);
    const html = renderToStaticMarkup(<EndpointOverview reply={REPLY} now={NOW} trans={trans} />);
    expect(html).toContain('200: 2, 500: 1');
    expect(html).toContain('1 (33.33 %)');
    const legends = html.match(/<ul class="nbtrack-Endpoint-lines".*?<\/ul>/g) ?? [];
    expect(legends.length).toBe(1); // only the latency has two lines
    expect(legends[0]).toContain('p50, half of the answers');
    expect(legends[0]).toContain('p95, 95 of 100');
  });

  it('tells what happened, the newest first', () => {
    const html = renderToStaticMarkup(
      <EndpointEvents events={REPLY.events} now={NOW} trans={trans} />
    );
    expect(html.indexOf('crashed')).toBeLessThan(html.indexOf('started'));
    expect(html).not.toContain(HOSTILE);
    const none = renderToStaticMarkup(<EndpointEvents events={[]} now={NOW} trans={trans} />);
    expect(none).toContain('Nothing happened yet.');
  });

  it('shows the log line by line', () => {
    const lines = [
      { time: NOW, level: 'ERROR', text: HOSTILE },
      { time: null, level: '', text: 'plain' }
    ];
    const html = renderToStaticMarkup(<EndpointLog lines={lines} copy={nothing} trans={trans} />);
    expect(html).toContain('data-level="ERROR"');
    expect(html).not.toContain(HOSTILE);
  });

  it('shows variants, their shares and the winner', () => {
    const variants = [
      served('a', { share: 0.5, requests: 10, errors: 1, mean_ms: 2 }),
      served('b', { share: 0.5, version: '4', rewards: 3, mean_reward: 0.25 })
    ];
    const results: ResultsReply = {
      headline: 'b is better',
      metric: 'label',
      results: [
        {
          name: 'a',
          count: 10,
          mean: 0.1,
          difference: null,
          low: null,
          high: null,
          lift: null,
          p_value: null,
          best: 0.1
        },
        {
          name: 'b',
          count: 9,
          mean: 0.3,
          difference: 0.2,
          low: 0.05,
          high: 0.35,
          lift: 2,
          p_value: 0.01,
          best: 0.9
        }
      ],
      winner: 'b',
      note: 'at all looks',
      warnings: ['the shares are not as they should be']
    };
    const earlier = [served('a', { version: '2', model_uri: 'models:/churn/2', requests: 41 })];
    const html = renderToStaticMarkup(
      <EndpointTraffic
        item={endpoint('churn', { variants, earlier, mode: 'split' })}
        acts={{ change: async () => undefined, promote: nothing }}
        isReadOnly={false}
        results={{ value: results, problem: null, isLoading: false, reload: async () => undefined }}
        trans={trans}
      />
    );
    for (const told of [
      'Share of a in percent',
      'Take b out of the traffic',
      '1 (10 %)',
      '0.25 on average of 3',
      'Promote the winner',
      '+0.05 and +0.35',
      'should be',
      'churn version 2</td><td>before</td><td>41'
    ]) {
      expect(html).toContain(told);
    }
  });

  it('takes shares that are numbers and not all zero', () => {
    expect(numbersOf({ a: '90', b: '10' })).toEqual({ a: 0.9, b: 0.1 });
    expect(numbersOf({ a: '12,5', b: '1' })).toEqual({ a: 0.125, b: 0.01 });
    expect([numbersOf({ a: '0', b: '0' }), numbersOf({ a: 'x', b: '1' })]).toEqual([null, null]);
    expect([numbersOf({ a: '', b: '1' }), numbersOf({ a: '-1', b: '1' })]).toEqual([null, null]);
  });
});
