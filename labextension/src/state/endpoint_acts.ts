/**
 * What can be done with endpoints; each act says what came of it.
 */
import { Clipboard, Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { fileSize } from '../charts/figures';
import { promoteDialog } from '../dialogs/promote';
import { serveDialog } from '../dialogs/serve';
import type {
  EndpointItem,
  EndpointReply,
  ModelReply,
  PromotionReply,
  RemovedReply,
  ServedItem,
  ServeWish
} from '../records';
import { words } from '../request';
import type { INbtrack, IRequests } from '../tokens';
import { isChanging, isLive, servedName } from './endpoint_words';
import { Once } from './once';

/** How long the start of an endpoint is waited for before it is left to itself. */
const PATIENCE_MILLISECONDS = 120_000;

/** Questions to the store whose endpoints they are. */
type Asker = Pick<IRequests, 'get' | 'post'>;

/** The acts; whoever shows endpoints is told to look again. */
export class EndpointActs {
  constructor(
    private readonly services: INbtrack,
    private readonly asker: Asker,
    private readonly refresh: () => void
  ) {}

  /** Ask how a model is to be served, and serve it. */
  async ask(name: string, which?: string): Promise<void> {
    const { trans } = this.services;
    await this.#attempt(`serve ${name}`, async () => {
      const page = await this.asker.get<ModelReply>(`models/${name}`);
      const serve = (wish: ServeWish): Promise<EndpointItem> => this.#serve(wish);
      const started = await serveDialog(page, which, serve, trans);
      if (started) {
        this.#follow(started);
      }
    });
  }

  /** Serve a model as most want it, without a question. */
  async serve(name: string, alias: string): Promise<void> {
    await this.#attempt(`serve ${name}`, async () => {
      const wish = { model_uri: `models:/${name}@${alias}`, name, keep: true };
      this.#follow(await this.#serve(wish));
    });
  }

  /** Stop one, after a question: somebody may be asking it. */
  async stop(item: EndpointItem): Promise<void> {
    const { trans } = this.services;
    const { button } = await showDialog({
      title: trans.__('Stop %1?', item.name),
      body: trans.__(
        'Requests in flight are answered, then nothing answers at %1 any more.',
        item.url
      ),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Stop') })]
    });
    if (button.accept) {
      const act = this.#act(item.name, 'stop');
      this.#await(act, trans.__('Endpoint %1 is stopping…', item.name), () => [
        trans.__('Endpoint %1 is stopped.', item.name),
        [{ label: trans.__('Start again'), callback: () => void this.restart(item) }]
      ]);
    }
  }

  /** Remove one, after a question: its log and its copies of models do not come back. */
  async remove(item: EndpointItem): Promise<void> {
    const { trans } = this.services;
    const stop = isLive(item);
    const kept = trans.__(
      'Its log and its copies of models go. What it answered, and its events, stay recorded.'
    );
    const stopped = trans.__(
      'Requests in flight are answered, then nothing answers at %1 any more.',
      item.url
    );
    const { button } = await showDialog({
      title: stop ? trans.__('Stop and remove %1?', item.name) : trans.__('Remove %1?', item.name),
      body: stop ? `${stopped} ${kept}` : kept,
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: stop ? trans.__('Stop and Remove') : trans.__('Remove') })
      ]
    });
    if (button.accept) {
      await this.#attempt(`remove ${item.name}`, async () => {
        const path = `endpoints/${item.name}/remove`;
        const freed = await this.asker.post<RemovedReply>(path, { stop });
        this.refresh();
        this.#tell(
          trans.__('Endpoint %1 is removed: %2 freed.', freed.name, fileSize(freed.size_bytes))
        );
      });
    }
  }

  async restart(item: EndpointItem): Promise<void> {
    await this.#attempt(`restart ${item.name}`, async () =>
      this.#follow(await this.#act(item.name, 'restart'))
    );
  }

  /** Serve what the alias points to now; no request fails meanwhile. */
  reload(item: EndpointItem): void {
    const { trans } = this.services;
    const pending = trans.__('Endpoint %1 loads the new version…', item.name);
    this.#await(this.#act(item.name, 'reload'), pending, now => [
      trans.__(
        'Endpoint %1 serves %2 now.',
        item.name,
        now.variants.map(it => servedName(it, trans)).join(', ')
      )
    ]);
  }

  /** Put a variant in the place of the champion. */
  async promote(served: ServedItem): Promise<void> {
    const { model_name: name, version } = served;
    if (name === null || version === null) {
      return;
    }
    const { trans } = this.services;
    await this.#attempt(`promote ${name}`, async () => {
      const page = await this.asker.get<ModelReply>(`models/${name}`);
      const send = (wish: object): Promise<PromotionReply> =>
        this.asker.post(`models/${name}/promote`, wish);
      const moved = await promoteDialog(page, version, send, trans);
      if (moved) {
        this.#tell(moved.headline);
      }
    });
  }

  copy(text: string): void {
    Clipboard.copyToSystem(text);
    Notification.info(this.services.trans.__('Copied.'), { autoClose: 1500 });
  }

  openModel(name: string): void {
    this.services.actions.run.openModel(name);
  }

  /** Say how the start ends: the address, or the model's own words why not. */
  #follow(started: EndpointItem): void {
    const { trans } = this.services;
    const id = Notification.emit(
      trans.__('Endpoint %1 is starting…', started.name),
      'in-progress',
      { autoClose: false }
    );
    const end = Date.now() + PATIENCE_MILLISECONDS;
    const look = (item: EndpointItem): void => {
      if (isChanging(item) && Date.now() < end) {
        window.setTimeout(() => void this.#look(item.name).then(look, give), 500);
      } else if (item.status === 'HEALTHY') {
        const message = trans.__('Endpoint %1 answers at %2', item.name, item.url);
        const open = (): void => this.services.actions.run.openEndpoint(item.name);
        const actions = [{ label: trans.__('Open'), callback: open }];
        Notification.update({ id, message, type: 'success', autoClose: 8000, actions });
      } else {
        const message = trans.__('Endpoint %1: %2', item.name, item.reason || item.status);
        Notification.update({ id, message, type: 'error', autoClose: false });
      }
      this.refresh();
    };
    const give = (error: unknown): void => {
      Notification.update({ id, message: words(error), type: 'error', autoClose: false });
    };
    look(started);
  }

  async #look(name: string): Promise<EndpointItem> {
    return (await this.asker.get<EndpointReply>(`endpoints/${name}`)).endpoint;
  }

  async #serve(wish: ServeWish): Promise<EndpointItem> {
    return (await this.asker.post<EndpointReply>('endpoints', wish)).endpoint;
  }

  async #act(name: string, deed: 'stop' | 'restart' | 'reload'): Promise<EndpointItem> {
    const { endpoint } = await this.asker.post<EndpointReply>(`endpoints/${name}/${deed}`, {});
    this.refresh();
    return endpoint;
  }

  /** Say that something is under way, and then how it ended. */
  #await(
    act: Promise<EndpointItem>,
    pending: string,
    told: (item: EndpointItem) => [string, Notification.IAction[]?]
  ): void {
    const id = Notification.emit(pending, 'in-progress', { autoClose: false });
    act
      .then(item => {
        const [message, actions = []] = told(item);
        Notification.update({ id, message, type: 'success', autoClose: 8000, actions });
      })
      .catch((error: unknown) => {
        Notification.update({ id, message: words(error), type: 'error', autoClose: false });
        this.refresh();
      });
  }

  #tell(message: string, actions: Notification.IAction[] = []): void {
    Notification.success(message, { autoClose: 8000, actions });
  }

  async #attempt(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await this.#once.do(what, act);
    } catch (error) {
      Notification.error(words(error), { autoClose: false });
      this.refresh();
    }
  }

  readonly #once = new Once();
}
