/**
 * The endpoints of a store, each with its health and load; where there are none, how to make one.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EndpointItem } from '../records';
import {
  endpointsWhere,
  failing,
  isLive,
  milliseconds,
  percent,
  rate,
  servedName
} from '../state/endpoint_words';
import { ago, moment } from '../state/format';
import { EndpointStatus } from './endpoint_status';
import { Sample } from './sample';
import { Sparkline } from './sparkline';

/** With fewer endpoints than this a filter is no help. */
const FILTERED = 6;

/** What can be done with an endpoint of the list. */
export interface EndpointListActs {
  open: (item: EndpointItem) => void;
  copy: (text: string) => void;
  stop: (item: EndpointItem) => void;
  restart: (item: EndpointItem) => void;
  reload: (item: EndpointItem) => void;
  remove: (item: EndpointItem) => void;
}

interface ListProps {
  acts: EndpointListActs;
  isReadOnly: boolean;
  now: number;
  trans: TranslationBundle;
}

/** The list. */
export function EndpointList(
  props: ListProps & {
    items: readonly EndpointItem[];
    /** Why the store cannot be asked. */
    reason?: string | null;
    filter: string;
    setFilter: (filter: string) => void;
    insert: (code: string) => void;
    showModels: () => void;
  }
): JSX.Element {
  const { items, filter, trans } = props;
  if (props.reason) {
    return (
      <p className="nbtrack-Empty" role="alert">
        {props.reason}
      </p>
    );
  }
  if (items.length === 0) {
    return <NoEndpoints insert={props.insert} showModels={props.showModels} trans={trans} />;
  }
  const isFiltered = items.length >= FILTERED;
  const found = isFiltered ? endpointsWhere(items, filter) : items;
  return (
    <div className="nbtrack-Endpoints">
      {isFiltered ? (
        <input
          type="search"
          className="jp-mod-styled nbtrack-Models-filter"
          placeholder={trans.__('Filter by name, model or status')}
          aria-label={trans.__('Filter endpoints')}
          value={filter}
          onChange={event => props.setFilter(event.target.value)}
        />
      ) : null}
      <ul className="nbtrack-Models-list" aria-label={trans.__('Endpoints')}>
        {found.map(it => (
          <EndpointRow key={it.name} item={it} {...props} />
        ))}
      </ul>
      <p className="nbtrack-Models-none" role="status">
        {found.length === 0 ? trans.__('No endpoint fits the filter.') : ''}
      </p>
    </div>
  );
}

function EndpointRow(props: ListProps & { item: EndpointItem }): JSX.Element {
  const { item, acts, now, trans } = props;
  return (
    <li className="nbtrack-EndpointRow" aria-label={item.name} data-endpoint={item.name}>
      <div className="nbtrack-EndpointRow-head">
        <button
          type="button"
          className="nbtrack-EndpointRow-name"
          title={trans.__('Open the page of %1', item.name)}
          onClick={() => acts.open(item)}
        >
          {item.name}
        </button>
        <EndpointStatus status={item.status} trans={trans} />
        <span className="nbtrack-Version-age" title={moment(item.since)}>
          {ago(item.since, now)}
        </span>
      </div>
      <ul className="nbtrack-EndpointRow-models" aria-label={trans.__('Models of %1', item.name)}>
        {item.variants.map(it => (
          <li key={it.name} title={it.model_uri}>
            {servedName(it, trans)}
            {item.variants.length > 1 ? (
              <span className="nbtrack-EndpointRow-share">
                {it.is_shadow
                  ? trans.__('shadow')
                  : it.is_stopped
                    ? trans.__('stopped')
                    : percent(it.share)}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {isLive(item) ? <Load item={item} trans={trans} /> : null}
      {item.is_loading ? (
        <p className="nbtrack-EndpointRow-reason">{trans.__('loads other models…')}</p>
      ) : null}
      {item.reason ? <p className="nbtrack-EndpointRow-reason">{item.reason}</p> : null}
      <Buttons {...props} />
    </li>
  );
}

/** Address and figures of an endpoint that runs. */
function Load(props: { item: EndpointItem; trans: TranslationBundle }): JSX.Element {
  const { item, trans } = props;
  return (
    <div className="nbtrack-EndpointRow-load">
      <Sparkline points={item.recent} />
      <span title={trans.__('Requests a second')}>{trans.__('%1/s', rate(item.per_second))}</span>
      {item.p95_ms === null ? null : (
        <span title={trans.__('95 of 100 answers came within this')}>
          {trans.__('p95 %1', milliseconds(item.p95_ms))}
        </span>
      )}
      <span
        className={item.errors > 0 ? 'nbtrack-mod-bad' : undefined}
        title={trans.__('%1 of %2 requests failed', item.errors, item.requests)}
      >
        {item.errors > 0
          ? trans.__('errors %1', percent(failing(item)))
          : trans._n('%1 request', '%1 requests', item.requests)}
      </span>
    </div>
  );
}

function Buttons({
  item,
  acts,
  isReadOnly,
  trans
}: ListProps & { item: EndpointItem }): JSX.Element {
  const button = (label: string, name: string, act: () => void): JSX.Element => (
    <button
      type="button"
      className="jp-mod-styled jp-mod-minimal"
      aria-label={name}
      onClick={() => act()}
    >
      {label}
    </button>
  );
  return (
    <div className="nbtrack-EndpointRow-acts">
      {isLive(item) ? (
        <>
          <code title={item.url}>{item.url}</code>
          {button(trans.__('Copy'), trans.__('Copy the address of %1', item.name), () =>
            acts.copy(item.url)
          )}
        </>
      ) : null}
      {isReadOnly
        ? null
        : isLive(item)
          ? button(trans.__('Stop…'), trans.__('Stop %1', item.name), () => acts.stop(item))
          : button(trans.__('Start again'), trans.__('Start %1 again', item.name), () =>
              acts.restart(item)
            )}
      {item.behind && !item.is_loading && !isReadOnly && isLive(item) ? (
        <span className="nbtrack-EndpointRow-behind">
          {item.behind}{' '}
          {button(trans.__('Reload'), trans.__('Reload %1', item.name), () => acts.reload(item))}
        </span>
      ) : null}
    </div>
  );
}

/** The magic that serves a model. */
export const SERVING = '%serve models:/my-model@champion';

function NoEndpoints(props: {
  insert: (code: string) => void;
  showModels: () => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { insert, showModels, trans } = props;
  return (
    <div className="nbtrack-Empty nbtrack-Models-empty">
      <p>{trans.__('No model is served yet.')}</p>
      <p>
        {trans.__('Open a registered model and press Serve: it answers over HTTP a moment later.')}
      </p>
      <button type="button" className="jp-mod-styled" onClick={() => showModels()}>
        {trans.__('Show the models')}
      </button>
      <p>{trans.__('Or serve one from a cell:')}</p>
      <Sample code={SERVING} />
      <button type="button" className="jp-mod-styled" onClick={() => insert(`${SERVING}\n`)}>
        {trans.__('Insert into a new cell')}
      </button>
    </div>
  );
}
