/**
 * The section Endpoints of the sidebar: what is served, how it fares; its page in the main area.
 */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  InputDialog,
  Notification,
  ReactWidget,
  WidgetTracker,
  type MainAreaWidget
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';

import { EndpointList, type EndpointListActs } from '../components/endpoint_list';
import { endpointWidget, type EndpointDocument } from '../documents/endpoint';
import { show } from '../documents/plugin';
import { rendererOf } from '../documents/rendered_text';
import type { EndpointItem, ModelsReply } from '../records';
import { words } from '../request';
import { EndpointActs } from '../state/endpoint_acts';
import { isLive } from '../state/endpoint_words';
import { Endpoints } from '../state/endpoints';
import { INbtrack, ISidebar } from '../tokens';

const SHOW = 'nbtrack:show-endpoints';
const OPEN = 'nbtrack:open-endpoint';
const SERVE = 'nbtrack:serve-model';
const ROW = '.nbtrack-EndpointRow';
const RANK = 30;

/** The section. */
class EndpointsSection extends ReactWidget {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly services: INbtrack,
    private readonly acts: EndpointListActs,
    private readonly showModels: () => void
  ) {
    super();
    this.id = 'nbtrack-endpoints';
    this.addClass('nbtrack-ModelsSection');
    this.title.label = services.trans.__('Endpoints');
    endpoints.changed.connect(() => this.update());
  }

  override dispose(): void {
    this.endpoints.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.endpoints.isWatched = true;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.endpoints.isWatched = this.isVisible;
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this.endpoints.isWatched = false;
  }

  protected render(): JSX.Element {
    const { endpoints, services } = this;
    const { trans } = services;
    return (
      <div className="nbtrack-ModelsView nbtrack-EndpointsView">
        {endpoints.problem ? (
          <div className="nbtrack-Problem" role="alert">
            <span>{endpoints.problem}</span>
            <button
              type="button"
              className="jp-mod-styled jp-mod-minimal"
              onClick={() => endpoints.refresh()}
            >
              {trans.__('Try again')}
            </button>
          </div>
        ) : null}
        {endpoints.items === null ? (
          endpoints.problem ? null : (
            <p role="status">{trans.__('Loading…')}</p>
          )
        ) : (
          <EndpointList
            items={endpoints.items}
            reason={endpoints.storeProblem}
            acts={this.acts}
            isReadOnly={endpoints.isReadOnly}
            filter={this.#filter}
            setFilter={filter => {
              this.#filter = filter;
              this.update();
            }}
            insert={code => void services.actions.run.restoreCode(code)}
            showModels={this.showModels}
            now={Date.now()}
            trans={trans}
          />
        )}
      </div>
    );
  }

  #filter = '';
}

/** Makes the page of an endpoint openable, also after a reload. */
function addPages(
  app: JupyterFrontEnd,
  services: INbtrack,
  registry: IRenderMimeRegistry,
  restorer: ILayoutRestorer | null
): void {
  const { trans, stores, actions } = services;
  const tracker = new WidgetTracker<MainAreaWidget<EndpointDocument>>({
    namespace: 'nbtrack-endpoint'
  });
  const rendering = rendererOf(registry);
  app.commands.addCommand(OPEN, {
    label: trans.__('Open Endpoint'),
    execute: args => {
      const { name, store_id, tab } = args;
      const place = {
        name: String(name),
        store_id: typeof store_id === 'string' ? store_id : null,
        ...(typeof tab === 'string' ? { tab } : {})
      };
      const id = `nbtrack-endpoint-${place.store_id ?? ''}-${place.name}`;
      return show({ app, tracker, id, tab: place.tab }, () =>
        endpointWidget(services, rendering, place)
      );
    }
  });
  actions.provide('openEndpoint', name => {
    void app.commands.execute(OPEN, { name, store_id: stores.current?.store_id ?? null });
  });
  void restorer?.restore(tracker, {
    command: OPEN,
    args: ({ content }) => ({ ...content.place }),
    name: ({ id }) => id
  });
}

/** One command on the endpoint whose menu was opened. */
interface Deed {
  name: string;
  label: string;
  act: (item: EndpointItem) => void;
  fits?: (item: EndpointItem) => boolean;
}

/** Makes the menu of the list. */
function addMenu(
  app: JupyterFrontEnd,
  services: INbtrack,
  endpoints: Endpoints,
  acts: EndpointListActs
): void {
  const { trans } = services;
  const canRun = (item: EndpointItem): boolean => !endpoints.isReadOnly && isLive(item);
  const deeds: Deed[] = [
    { name: 'open-this-endpoint', label: trans.__('Open Endpoint'), act: acts.open },
    {
      name: 'copy-endpoint-address',
      label: trans.__('Copy Address'),
      act: item => acts.copy(item.url)
    },
    {
      name: 'reload-endpoint',
      label: trans.__('Reload Endpoint'),
      act: acts.reload,
      fits: canRun
    },
    {
      name: 'restart-endpoint',
      label: trans.__('Restart Endpoint'),
      act: acts.restart,
      fits: () => !endpoints.isReadOnly
    },
    { name: 'stop-endpoint', label: trans.__('Stop Endpoint…'), act: acts.stop, fits: canRun },
    {
      name: 'remove-endpoint',
      label: trans.__('Remove Endpoint…'),
      act: acts.remove,
      fits: () => !endpoints.isReadOnly
    }
  ];
  const chosen = (): EndpointItem | undefined => {
    const node = app.contextMenuHitTest(it => it.dataset['endpoint'] !== undefined);
    return endpoints.items?.find(it => it.name === node?.dataset['endpoint']);
  };
  deeds.forEach(({ name, label, act, fits }, rank) => {
    const command = `nbtrack:${name}`;
    app.commands.addCommand(command, {
      label,
      isEnabled: () => {
        const item = chosen();
        return item !== undefined && (fits?.(item) ?? true);
      },
      execute: () => {
        const item = chosen();
        if (item) {
          act(item);
        }
      }
    });
    app.contextMenu.addItem({ command, selector: ROW, rank });
  });
}

/** Ask which model is to be served. */
async function chooseModel(services: INbtrack): Promise<string | null> {
  const { requests, trans } = services;
  const { models } = await requests.get<ModelsReply>('models');
  if (models.length === 0) {
    Notification.info(trans.__('No model is registered yet: register one to serve it.'));
    return null;
  }
  const { value } = await InputDialog.getItem({
    title: trans.__('Serve which model?'),
    items: models.map(it => it.name),
    okLabel: trans.__('Go on')
  });
  return value;
}

/** The plugin of the section. */
export const endpoints: JupyterFrontEndPlugin<void> = {
  id: '@nbtrack/labextension:endpoints',
  description: 'Models that are served: their health, load, log and traffic.',
  autoStart: true,
  requires: [INbtrack, ISidebar, IRenderMimeRegistry],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    services: INbtrack,
    sidebar: ISidebar,
    registry: IRenderMimeRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const { trans, actions, requests } = services;
    const endpoints = new Endpoints(services);
    const deeds = new EndpointActs(services, requests, () => endpoints.refresh());
    const acts: EndpointListActs = {
      open: item => actions.run.openEndpoint(item.name),
      copy: text => deeds.copy(text),
      stop: item => void deeds.stop(item),
      restart: item => void deeds.restart(item),
      reload: item => deeds.reload(item),
      remove: item => void deeds.remove(item)
    };
    const showModels = (): void => void app.commands.execute('nbtrack:show-models');
    const section = new EndpointsSection(endpoints, services, acts, showModels);
    sidebar.add(section, RANK);
    addPages(app, services, registry, restorer);
    addMenu(app, services, endpoints, acts);
    actions.provide('serveModel', (name, which) => deeds.ask(name, which));
    actions.provide('serveAlias', (name, alias) => deeds.serve(name, alias));
    app.commands.addCommand(SHOW, {
      label: trans.__('Show Endpoints'),
      execute: () => sidebar.reveal(section)
    });
    app.commands.addCommand(SERVE, {
      label: trans.__('Serve a Model…'),
      execute: async args => {
        try {
          const name =
            typeof args['name'] === 'string' ? args['name'] : await chooseModel(services);
          await (name ? actions.run.serveModel(name) : undefined);
        } catch (error) {
          Notification.error(words(error));
        }
      }
    });
    for (const command of [SHOW, SERVE]) {
      palette?.addItem({ command, category: trans.__('nbtrack') });
    }
  }
};
