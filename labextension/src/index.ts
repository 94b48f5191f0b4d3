/**
 * The plugins of nbtrack for JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notebook } from './notebook/plugin';
import { sidebar } from './panels/sidebar';
import { services } from './state/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [services, sidebar, notebook];

export default plugins;
