/**
 * The page of an endpoint, drawn from its model.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { Answered } from '../components/answered';
import { EndpointEvents, EndpointLog } from '../components/endpoint_log';
import { EndpointOverview } from '../components/endpoint_overview';
import { EndpointStatus } from '../components/endpoint_status';
import { EndpointTraffic } from '../components/endpoint_traffic';
import { EndpointUse } from '../components/endpoint_use';
import type { IRender } from '../components/rendered';
import { Tabs, type ITab } from '../components/tabs';
import type { EndpointItem, EndpointReply, ServedItem, TrafficWish } from '../records';
import { isLive, servedName } from '../state/endpoint_words';
import type { EndpointModel } from './endpoint_model';

/** What can be done on the page. */
export interface IEndpointPageActs {
  readonly copy: (text: string) => void;
  readonly stop: (item: EndpointItem) => void;
  readonly restart: (item: EndpointItem) => void;
  readonly reload: (item: EndpointItem) => void;
  readonly promote: (served: ServedItem) => void;
  readonly openModel: (name: string) => void;
  readonly change: (wish: TrafficWish) => Promise<void>;
}

/** What the page is given. */
export interface IEndpointPageProps {
  readonly model: EndpointModel;
  readonly acts: IEndpointPageActs;
  readonly render: IRender;
  readonly trans: TranslationBundle;
  readonly now: number;
  readonly isReadOnly: boolean;
  readonly tab: string;
  readonly chooseTab: (name: string) => void;
}

/** Name, state, address, and the tabs. */
export function EndpointPage(props: IEndpointPageProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="nbtrack-Document nbtrack-Endpoint">
      <Answered
        answer={model.live}
        show={reply => (
          <>
            <Head {...props} item={reply.endpoint} />
            <Tabs
              label={trans.__('Endpoint %1', model.name)}
              tabs={tabsOf(props, reply)}
              current={props.tab}
              choose={props.chooseTab}
            />
          </>
        )}
        retry={() => model.refresh()}
        trans={trans}
      />
    </div>
  );
}

function Head(props: IEndpointPageProps & { item: EndpointItem }): JSX.Element {
  const { item, acts, trans } = props;
  return (
    <>
      <header className="nbtrack-Document-head">
        <h2>{item.name}</h2>
        <EndpointStatus status={item.status} trans={trans} />
        <span className="nbtrack-Document-acts">
          <Deeds {...props} />
        </span>
      </header>
      <p className="nbtrack-Endpoint-address">
        <code>{item.url}</code>
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          aria-label={trans.__('Copy the address')}
          onClick={() => acts.copy(item.url)}
        >
          {trans.__('Copy')}
        </button>
        {item.variants.map(it => (
          <Served key={it.name} served={it} {...props} />
        ))}
      </p>
      {item.reason ? (
        <p className={isLive(item) ? 'nbtrack-Notice' : 'nbtrack-Problem'} role="status">
          {item.reason}
        </p>
      ) : null}
      {item.is_loading ? (
        <p className="nbtrack-Notice" role="status">
          {trans.__('Other models are being loaded; these answer until then.')}
        </p>
      ) : null}
      {item.behind && !item.is_loading && isLive(item) ? (
        <p className="nbtrack-Notice nbtrack-Endpoint-behind" role="status">
          {item.behind}
          {props.isReadOnly ? null : (
            <button type="button" className="jp-mod-styled" onClick={() => acts.reload(item)}>
              {trans.__('Reload')}
            </button>
          )}
        </p>
      ) : null}
    </>
  );
}

function Deeds(props: IEndpointPageProps & { item: EndpointItem }): JSX.Element | null {
  const { item, acts, trans } = props;
  if (props.isReadOnly) {
    return null;
  }
  const button = (label: string, act: (item: EndpointItem) => void): JSX.Element => (
    <button type="button" className="jp-mod-styled jp-mod-minimal" onClick={() => act(item)}>
      {label}
    </button>
  );
  return isLive(item) ? (
    <>
      {button(trans.__('Restart'), acts.restart)}
      {button(trans.__('Stop…'), acts.stop)}
    </>
  ) : (
    button(trans.__('Start again'), acts.restart)
  );
}

function Served(props: IEndpointPageProps & { served: ServedItem }): JSX.Element {
  const { served, acts, trans } = props;
  const { model_name } = served;
  const name = servedName(served, trans);
  return model_name === null ? (
    <span title={served.model_uri}>{name}</span>
  ) : (
    <button
      type="button"
      className="nbtrack-Link"
      title={trans.__('Open %1', model_name)}
      onClick={() => acts.openModel(model_name)}
    >
      {name}
    </button>
  );
}

function tabsOf(props: IEndpointPageProps, reply: EndpointReply): ITab[] {
  const { model, acts, trans } = props;
  return [
    {
      name: 'overview',
      label: trans.__('Overview'),
      show: () => <EndpointOverview reply={reply} now={props.now} trans={trans} />
    },
    {
      name: 'use',
      label: trans.__('Try it'),
      show: () => (
        <Answered
          answer={model.use}
          show={use => (
            <EndpointUse
              use={use}
              trial={model.trial}
              needsToken={reply.endpoint.needs_token}
              isLive={isLive(reply.endpoint)}
              copy={acts.copy}
              render={props.render}
              trans={trans}
            />
          )}
          retry={() => void model.use.reload()}
          trans={trans}
        />
      )
    },
    {
      name: 'traffic',
      label: trans.__('Traffic'),
      count: reply.endpoint.variants.length,
      show: () => <EndpointTraffic {...props} item={reply.endpoint} results={model.results} />
    },
    {
      name: 'log',
      label: trans.__('Log'),
      show: () => (
        <Answered
          answer={model.log}
          show={log => <EndpointLog lines={log.lines} copy={acts.copy} trans={trans} />}
          retry={() => void model.log.reload()}
          trans={trans}
        />
      )
    },
    {
      name: 'events',
      label: trans.__('Events'),
      count: reply.events.length,
      show: () => <EndpointEvents events={reply.events} now={props.now} trans={trans} />
    }
  ];
}
