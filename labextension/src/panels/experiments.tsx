/**
 * The section Experiments of the sidebar.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';

import { ExperimentList } from '../components/experiment_list';
import type { IRender } from '../components/rendered';
import { rendererOf } from '../documents/rendered_text';
import { ExperimentsModel } from '../state/experiments';
import { INbtrack, ISidebar } from '../tokens';

const CREATE = 'nbtrack:create-experiment';
const RANK = 15;

class ExperimentsSection extends ReactWidget {
  constructor(
    private readonly nbtrack: INbtrack,
    private readonly model: ExperimentsModel,
    private readonly renderText: IRender
  ) {
    super();
    this.addClass('nbtrack-Section');
    this.title.label = nbtrack.trans.__('Experiments');
    this.title.caption = nbtrack.trans.__('Experiments');
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#look(true);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#look(this.isVisible);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.#look(false);
  }

  protected override render(): ReactElement {
    const { nbtrack, model } = this;
    return (
      <UseSignal signal={model.changed}>
        {() => (
          <ExperimentList
            trans={nbtrack.trans}
            isOpen={model.isOpen}
            items={model.items}
            trouble={model.trouble}
            filter={model.filter}
            filterTrouble={model.filterTrouble}
            isReadOnly={nbtrack.stores.current?.is_read_only ?? true}
            render={this.renderText}
            writing={model}
            onFilter={filter => {
              model.filter = filter;
            }}
            now={Date.now()}
            onOpen={item => nbtrack.actions.run.showRuns(item.experiment_id)}
            onCreate={() => void model.create()}
            onRename={item => void model.rename(item)}
            onDelete={item => void model.delete(item)}
          />
        )}
      </UseSignal>
    );
  }

  #look(isSeen: boolean): void {
    this.model.isSeen = isSeen;
    if (isSeen) {
      this.model.refresh(true);
    }
  }
}

export const experiments: JupyterFrontEndPlugin<void> = {
  id: '@nbtrack/labextension:experiments',
  description: 'The list of experiments.',
  autoStart: true,
  requires: [INbtrack, ISidebar, IRenderMimeRegistry],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    nbtrack: INbtrack,
    sidebar: ISidebar,
    registry: IRenderMimeRegistry,
    palette: ICommandPalette | null
  ) => {
    const model = new ExperimentsModel(nbtrack);
    const { trans } = nbtrack;
    app.commands.addCommand(CREATE, {
      label: trans.__('New Experiment…'),
      caption: trans.__('Make an experiment in the store that is shown'),
      execute: () => model.create(),
      isEnabled: () => model.isOpen,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    palette?.addItem({ command: CREATE, category: trans.__('nbtrack') });
    sidebar.add(new ExperimentsSection(nbtrack, model, rendererOf(registry)), RANK);
  }
};
