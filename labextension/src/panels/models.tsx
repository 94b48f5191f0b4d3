/**
 * The section Models of the sidebar: the registered models, their versions and aliases.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, InputDialog, Notification, ReactWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';

import { ModelList } from '../components/model_list';
import { ModelPage, type ModelActs } from '../components/model_page';
import type { IRender } from '../components/rendered';
import { promoteDialog } from '../dialogs/promote';
import { registerDialog } from '../dialogs/register';
import { rendererOf } from '../documents/rendered_text';
import { words } from '../request';
import { Models } from '../state/models';
import { Once } from '../state/once';
import { placesOf, STAGES } from '../state/model_words';
import { INbtrack, ISidebar } from '../tokens';

const SHOW = 'nbtrack:show-models';
const RANK = 20;
const MINUTE = 60_000;

/** The section. */
class ModelsSection extends ReactWidget {
  constructor(
    private readonly models: Models,
    private readonly services: INbtrack,
    private readonly draw: IRender
  ) {
    super();
    this.id = 'nbtrack-models';
    this.addClass('nbtrack-ModelsSection');
    this.title.label = services.trans.__('Models');
    models.changed.connect(() => this.update());
  }

  override dispose(): void {
    this.models.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#watch(true);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#watch(this.isVisible);
    this.#timer = window.setInterval(() => this.isVisible && this.update(), MINUTE);
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this.#watch(false);
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    window.clearInterval(this.#timer);
  }

  protected render(): JSX.Element {
    const { models, services } = this;
    const { trans } = services;
    return (
      <div className="nbtrack-ModelsView">
        {models.opened === null ? null : (
          <button type="button" className="nbtrack-Link" onClick={() => models.open(null)}>
            {trans.__('← All models')}
          </button>
        )}
        {models.problem ? (
          <div className="nbtrack-Problem" role="alert">
            <span>{models.problem}</span>
            <button
              type="button"
              className="jp-mod-styled jp-mod-minimal"
              onClick={() => models.refresh()}
            >
              {trans.__('Try again')}
            </button>
          </div>
        ) : null}
        {models.opened === null ? this.#list() : this.#page(models.opened)}
      </div>
    );
  }

  #list(): JSX.Element | null {
    const { models, services } = this;
    if (models.items === null) {
      return models.problem ? null : <p role="status">{services.trans.__('Loading…')}</p>;
    }
    return (
      <ModelList
        models={models.items}
        reason={models.storeProblem}
        filter={this.#filter}
        setFilter={filter => {
          this.#filter = filter;
          this.update();
        }}
        open={name => models.open(name)}
        insert={code => void services.actions.run.restoreCode(code)}
        now={Date.now()}
        trans={services.trans}
      />
    );
  }

  #page(name: string): JSX.Element | null {
    const { models, services } = this;
    const { page } = models;
    if (page === null) {
      return models.problem ? null : <p role="status">{services.trans.__('Loading…')}</p>;
    }
    return (
      <ModelPage
        key={name}
        page={page}
        acts={actsOf(models, services, name, this.#once)}
        isReadOnly={models.isReadOnly}
        now={Date.now()}
        render={this.draw}
        trans={services.trans}
      />
    );
  }

  #watch(isWatched: boolean): void {
    this.models.isWatched = isWatched;
    if (isWatched) {
      this.update();
    }
  }

  #filter = '';
  #once = new Once();
  #timer = 0;
}

/** What the page of a model can do; what goes wrong is told. */
function actsOf(models: Models, services: INbtrack, name: string, once: Once): ModelActs {
  const { trans, actions } = services;
  const attempt = (what: string, act: () => Promise<unknown>): void => {
    once
      .do(`${what} ${name}`, act)
      .catch((error: unknown) => Notification.error(words(error), { autoClose: false }));
  };
  return {
    close: () => models.open(null),
    describe: text => describe(models, services, name, text),
    compare: run_ids => actions.run.compare(run_ids),
    openRun: run_id => actions.run.openRun(run_id),
    jumpToCell: place => attempt('jump', () => actions.run.jumpToCell(place)),
    signature: version => models.signature(name, version),
    promote: version => attempt('promote', () => promote(models, services, name, version)),
    rollback: (place, version) =>
      attempt('roll back', () => rollback(models, services, name, { version, to: place })),
    serve: version => attempt('serve', () => actions.run.serveModel(name, version)),
    serveAlias: alias => attempt('serve', () => actions.run.serveAlias(name, alias)),
    addAlias: version => attempt('alias', () => addAlias(models, services, name, version)),
    removeAlias: (version, alias) => {
      const undo = (): Promise<void> => models.setAlias(name, alias, version);
      const told = trans.__('Version %1 is %2 no more.', version, alias);
      attempt('alias', async () => {
        await models.setAlias(name, alias, null);
        tell(services, told, undo);
      });
    }
  };
}

/** Say what was done, with a button that undoes it. */
function tell({ trans }: INbtrack, told: string, undo: (() => Promise<unknown>) | null): void {
  const callback = (): void => {
    undo?.().catch((error: unknown) => Notification.error(words(error)));
  };
  const actions = undo ? [{ label: trans.__('Undo'), callback }] : [];
  Notification.success(told, { autoClose: 10_000, actions });
}

/** Write the text about a model; the one before can be brought back. Whether it was kept. */
async function describe(
  models: Models,
  services: INbtrack,
  name: string,
  text: string
): Promise<boolean> {
  const before = models.page?.model.description ?? '';
  if (before === text) {
    return true;
  }
  try {
    await models.describe(name, text);
  } catch (error) {
    Notification.error(words(error), { autoClose: false });
    return false;
  }
  if (before) {
    const told = services.trans.__('Changed the description of %1.', name);
    tell(services, told, () => models.describe(name, before));
  }
  return true;
}

async function promote(
  models: Models,
  services: INbtrack,
  name: string,
  version: string
): Promise<void> {
  const { page } = models;
  if (page === null) {
    return;
  }
  const moved = await promoteDialog(
    page,
    version,
    wish => models.promote(name, wish),
    services.trans
  );
  if (moved) {
    const { to } = moved;
    const note = services.trans.__('undone');
    const isStage = STAGES.includes(to);
    const undo = (): Promise<unknown> =>
      moved.previous === null
        ? models.setAlias(name, to, null)
        : models.rollback(name, { alias: to, note });
    tell(services, moved.headline, isStage && moved.previous === null ? null : undo);
  }
}

/** Give a place back to the version before the one that has it. */
async function rollback(
  models: Models,
  services: INbtrack,
  name: string,
  now: { version: string; to: string }
): Promise<void> {
  const reply = await models.rollback(name, { alias: now.to });
  const again = { ...now, note: services.trans.__('undone') };
  tell(services, reply.headline, () => models.promote(name, again));
}

async function addAlias(
  models: Models,
  services: INbtrack,
  name: string,
  version: string
): Promise<void> {
  const { trans } = services;
  const { value } = await InputDialog.getItem({
    title: trans.__('An alias for version %1 of %2', version, name),
    label: trans.__('Another version that has it loses it.'),
    items: placesOf(Object.keys(models.page?.model.aliases ?? {})).filter(
      it => !STAGES.includes(it)
    ),
    current: '',
    editable: true,
    okLabel: trans.__('Set')
  });
  const alias = value?.trim();
  if (alias) {
    const before = models.page?.model.aliases[alias] ?? null;
    await models.setAlias(name, alias, version);
    const told = trans.__('Version %1 is %2 now.', version, alias);
    tell(services, told, () => models.setAlias(name, alias, before));
  }
}

/** The plugin of the section. */
export const models: JupyterFrontEndPlugin<void> = {
  id: '@nbtrack/labextension:models',
  description: 'Registered models, their versions, promotion and rollback.',
  autoStart: true,
  requires: [INbtrack, ISidebar, IRenderMimeRegistry],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    services: INbtrack,
    sidebar: ISidebar,
    rendermime: IRenderMimeRegistry,
    palette: ICommandPalette | null
  ): void => {
    const models = new Models(services);
    const section = new ModelsSection(models, services, rendererOf(rendermime));
    sidebar.add(section, RANK);
    services.actions.provide('openModel', name => {
      sidebar.reveal(section);
      models.open(name);
    });
    services.actions.provide('registerModel', run_id =>
      registerDialog(run_id, services, (id, name) => models.register(id, name)).catch(
        (error: unknown) => void Notification.error(words(error))
      )
    );
    app.commands.addCommand(SHOW, {
      label: services.trans.__('Show Registered Models'),
      execute: () => sidebar.reveal(section)
    });
    palette?.addItem({ command: SHOW, category: services.trans.__('nbtrack') });
  }
};
