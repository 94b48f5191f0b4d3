/**
 * An endpoint in the main area.
 */
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IRender } from '../components/rendered';
import { endpointIcon } from '../icons';
import { words } from '../request';
import { EndpointActs } from '../state/endpoint_acts';
import type { INbtrack } from '../tokens';
import { EndpointModel } from './endpoint_model';
import { EndpointPage, type IEndpointPageActs } from './endpoint_page';
import { LivePage } from './live_page';
import { StoreReader } from './store_reader';

/** Which endpoint of which store, and what of it is shown. */
export interface IEndpointPlace {
  readonly name: string;
  readonly store_id: string | null;
  readonly tab?: string;
}

/** The page of an endpoint as a widget. */
export class EndpointDocument extends LivePage<EndpointModel> {
  constructor(
    services: INbtrack,
    private readonly rendering: IRender,
    private readonly opened: IEndpointPlace
  ) {
    const reader = new StoreReader(services.requests, opened.store_id);
    super(services, new EndpointModel(reader, opened.name), opened.store_id);
    this.#acts = actsOf(services, this.model);
    this.title.icon = endpointIcon;
    this.title.closable = true;
    this.name();
    this.showTab(opened.tab ?? 'overview');
  }

  /** What to open again after a reload. */
  get place(): IEndpointPlace {
    return { ...this.opened, tab: this.#tab };
  }

  /** Emitted when another tab was chosen. */
  get placeChanged(): ISignal<this, void> {
    return this.#placeChanged;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.model.isWatched = this.isVisible;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.isWatched = true;
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this.model.isWatched = false;
  }

  protected override render(): JSX.Element {
    return (
      <EndpointPage
        model={this.model}
        acts={this.#acts}
        render={this.rendering}
        trans={this.services.trans}
        now={Date.now()}
        isReadOnly={this.isReadOnly}
        tab={this.#tab}
        chooseTab={this.showTab}
      />
    );
  }

  protected override name(): void {
    this.title.label = this.opened.name;
    this.title.caption = this.services.trans.__('Endpoint %1', this.opened.name);
  }

  /** Open one of the tabs. */
  readonly showTab = (name: string): void => {
    this.#tab = name;
    this.model.part = name === 'log' ? 'log' : name === 'traffic' ? 'results' : null;
    this.update();
    this.#placeChanged.emit();
  };

  #tab = 'overview';
  readonly #acts: IEndpointPageActs;
  #placeChanged = new Signal<this, void>(this);
}

/** An endpoint's page, ready for the shell. */
export function endpointWidget(
  services: INbtrack,
  rendering: IRender,
  place: IEndpointPlace
): MainAreaWidget<EndpointDocument> {
  const content = new EndpointDocument(services, rendering, place);
  const widget = new MainAreaWidget({ content });
  widget.toolbar.hide();
  return widget;
}

function actsOf(services: INbtrack, model: EndpointModel): IEndpointPageActs {
  const acts = new EndpointActs(services, model.reader, () => model.refresh());
  const { trans } = services;
  return {
    copy: text => acts.copy(text),
    stop: item => void acts.stop(item),
    restart: item => void acts.restart(item),
    reload: item => acts.reload(item),
    promote: served => void acts.promote(served),
    openModel: name => acts.openModel(name),
    change: async wish => {
      try {
        await model.change(wish);
        Notification.success(trans.__('The traffic is shared anew.'), { autoClose: 4000 });
      } catch (error) {
        Notification.error(words(error), { autoClose: false });
      }
    }
  };
}
