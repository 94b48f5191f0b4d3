/**
 * Links to a view: copied as an address, opened by a command or by the address of the page.
 */
import type { IRouter, JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, type ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { linkIcon } from '@jupyterlab/ui-components';

import { words } from '../request';
import type { RunsModel } from '../state/runs';
import { fragmentOf, type LinkedView, readFragment, VIEW_PATTERN } from '../state/view_link';
import type { INbtrack, IStores } from '../tokens';

export const COPY_LINK = 'nbtrack:copy-link';
const OPEN_LINK = 'nbtrack:open-link';

/** Before the rules of JupyterLab's own, one of which ends the routing of a notebook's address. */
const FIRST_RANK = 10;

/** How long a notebook's store may take to be known. */
const PATIENCE_MILLISECONDS = 10_000;

/** What links need to know of the section of runs. */
export interface Linked {
  model: RunsModel;
  /** Resolves once the view of the session before is shown, which a link comes after. */
  kept: Promise<void>;
  show(): void;
}

/** Makes the commands, and listens for addresses with a view in them. */
export function addViewLinks(
  app: JupyterFrontEnd,
  nbtrack: INbtrack,
  linked: Linked,
  { router, palette }: { router: IRouter | null; palette: ICommandPalette | null }
): void {
  const { trans } = nbtrack;
  app.commands.addCommand(COPY_LINK, {
    label: trans.__('Copy Link to This View'),
    caption: trans.__('Copy an address that opens these runs, as they are shown now'),
    icon: linkIcon,
    execute: () => {
      const address = addressOf(nbtrack, linked.model);
      Clipboard.copyToSystem(address);
      Notification.success(trans.__('The link to this view is in the clipboard.'), {
        autoClose: 3000
      });
      return address;
    },
    describedBy: { args: { type: 'object', properties: {} } }
  });
  app.commands.addCommand(OPEN_LINK, {
    label: trans.__('Open Link to a View of Runs'),
    execute: args => {
      const text = String(args.link ?? args.hash ?? '');
      const view = readFragment(text);
      if (view === null) {
        Notification.error(
          trans.__('This link to a view of runs cannot be read: it may have been cut off.')
        );
        return;
      }
      // Routing waits for its commands, and the layout for routing.
      void open(app, nbtrack, linked, view).then(() => forgetFragment(router));
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          link: { type: 'string', description: 'An address, or its part from # on' },
          hash: { type: 'string', description: 'The same, as the router tells it' }
        }
      }
    }
  });
  router?.register({ command: OPEN_LINK, pattern: VIEW_PATTERN, rank: FIRST_RANK });
  palette?.addItem({ command: COPY_LINK, category: trans.__('nbtrack') });
}

/** The address of what is shown. */
function addressOf({ actions, stores }: INbtrack, { view }: RunsModel): string {
  const page = PageConfig.getUrl({
    workspace: PageConfig.defaultWorkspace,
    treePath: '',
    toShare: true
  });
  const fragment = fragmentOf({
    view,
    notebook: stores.notebook,
    store_id: stores.current?.store_id ?? null,
    compared: actions.has('compared') ? actions.run.compared() : []
  });
  return page + fragment;
}

/** Shows what a link shows. */
async function open(
  app: JupyterFrontEnd,
  nbtrack: INbtrack,
  { model, kept, show }: Linked,
  { view, notebook, store_id, compared }: LinkedView
): Promise<void> {
  const { stores, trans, actions } = nbtrack;
  await Promise.all([app.restored, kept]);
  const isKnown = (): boolean =>
    store_id === null || stores.items.some(it => it.store_id === store_id);
  const isNeeded = (): boolean => !isKnown() || view.onlyThisNotebook;
  try {
    await stores.refresh();
    if (notebook !== null && notebook !== stores.notebook && isNeeded()) {
      await app.commands.execute('docmanager:open', { path: notebook });
      await until(stores, () => stores.notebook === notebook && isKnown());
    }
  } catch (error) {
    Notification.error(words(error));
    return;
  }
  if (!isKnown()) {
    Notification.error(
      trans.__('The store of this link is not known here: it may be of another server.')
    );
    return;
  }
  if (store_id !== stores.current?.store_id) {
    stores.choose(store_id);
  }
  model.look(view);
  show();
  if (compared.length > 0) {
    actions.run.compare([...compared]);
  }
}

/** Waits until something holds of the stores, not for ever. */
async function until(stores: IStores, holds: () => boolean): Promise<void> {
  await new Promise<void>(resolve => {
    const look = (): void => {
      if (holds()) {
        done();
      }
    };
    const done = (): void => {
      window.clearTimeout(timer);
      stores.changed.disconnect(look);
      resolve();
    };
    const timer = window.setTimeout(done, PATIENCE_MILLISECONDS);
    stores.changed.connect(look);
    look();
  });
}

/** Takes the view out of the page's address: what is chosen from now on is not in it. */
function forgetFragment(router: IRouter | null): void {
  const { current } = router ?? {};
  if (router && current && VIEW_PATTERN.test(current.hash ?? '')) {
    router.navigate(`${current.path}${current.search ?? ''}`, { skipRouting: true });
  }
}
