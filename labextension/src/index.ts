/**
 * The plugins of nbtrack for JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { sidebar } from './panels/sidebar';
import { services } from './state/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [services, sidebar];

export default plugins;
