/**
 * The plugins of nbtrack for JupyterLab.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { documents } from './documents/plugin';
import { notebook } from './notebook/plugin';
import { endpoints } from './panels/endpoints';
import { experiments } from './panels/experiments';
import { models } from './panels/models';
import { runs } from './panels/runs';
import { sidebar } from './panels/sidebar';
import { services } from './state/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  services,
  sidebar,
  runs,
  documents,
  experiments,
  notebook,
  models,
  endpoints
];

export default plugins;
