/**
 * The plugin that provides INbtrack.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { INbtrack } from '../tokens';
import { Services } from './services';

export const services: JupyterFrontEndPlugin<INbtrack> = {
  id: '@nbtrack/labextension:services',
  description: 'Requests, stores, changes and actions of nbtrack.',
  autoStart: true,
  provides: INbtrack,
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): INbtrack => {
    const trans = (translator ?? nullTranslator).load('nbtrack');
    const services = new Services(app.serviceManager, trans);
    const follow = (): void => {
      const path = notebooks?.currentWidget?.context.path;
      const local = path ? app.serviceManager.contents.localPath(path) : null;
      services.stores.follow(local).catch(() => undefined);
    };
    notebooks?.currentChanged.connect(follow);
    void app.started.then(follow);
    return services;
  }
};
