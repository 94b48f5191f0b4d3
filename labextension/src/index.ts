/**
 * The plugins of nbtrack for JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notebook } from './notebook/plugin';
import { runs } from './panels/runs';
import { sidebar } from './panels/sidebar';
import { services } from './state/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [services, sidebar, runs, notebook];

export default plugins;
