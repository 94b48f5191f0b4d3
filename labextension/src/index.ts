/**
 * The plugins of nbtrack for JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { services } from './state/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [services];

export default plugins;
