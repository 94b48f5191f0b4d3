/**
 * The icons of nbtrack; colours follow the theme.
 */
import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, inner: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">${inner}</svg>`;
  return new LabIcon({ name: `nbtrack:${name}`, svgstr });
}

/** The sidebar's tab, the launcher's card: a curve over its axis. */
export const runsIcon = icon(
  'runs',
  '<g class="jp-icon3 jp-icon-selectable" fill="#616161">' +
    '<path d="M2 2h1.5v10.5H14V14H2z"/>' +
    '<path d="M4.6 10.9 7 6.6l2.2 2.2 3.4-5 1.2.8-4.4 6.5-2.1-2.1-1.4 2.6z"/></g>'
);

/** Runs side by side. */
export const compareIcon = icon(
  'compare',
  '<g class="jp-icon3" fill="#616161"><path d="M2 3h5v1.5H3.5v7H7V13H2zM9 3h5v10H9v-1.5h3.5v-7H9z"/>' +
    '<path d="M7.4 1h1.2v14H7.4z"/></g>'
);

/** What the list shows. */
export const columnsIcon = icon(
  'columns',
  '<path class="jp-icon3" fill="#616161" d="M2 3h3.2v10H2zm4.4 0h3.2v10H6.4zm4.4 0H14v10h-3.2z"/>'
);

/** A store. */
export const storeIcon = icon(
  'store',
  '<path class="jp-icon3" fill="#616161" d="M8 2c3 0 5 .9 5 2v8c0 1.100-2 2-5 2s-5-.9-5-2V4c0-1.100 2-2 5-2zm0 1.300c-2.200 0-3.600.5-3.600.8S5.800 4.900 8 4.900s3.600-.5 3.600-.8S10.200 3.300 8 3.300z"/>'
);

/** Groups of rows. */
export const groupIcon = icon(
  'group',
  '<path class="jp-icon3" fill="#616161" d="M2 3h9v1.500H2zm3 3.200h9v1.500H5zM2 9.400h9v1.500H2zm3 3.100h9V14H5z"/>'
);

/** What is served: a dot that sends. */
export const endpointIcon = icon(
  'endpoint',
  '<g class="jp-icon3" fill="#616161"><circle cx="8" cy="8" r="1.9"/>' +
    '<path d="M4.600 4.600a4.800 4.800 0 0 0 0 6.800l1-1a3.400 3.400 0 0 1 0-4.800zm6.800 0-1 1a3.400 3.400 0 0 1 0 4.800l1 1a4.800 4.800 0 0 0 0-6.800z"/>' +
    '<path d="M2.500 2.500a7.800 7.800 0 0 0 0 11l1-1a6.400 6.400 0 0 1 0-9zm11 0-1 1a6.400 6.400 0 0 1 0 9l1 1a7.800 7.800 0 0 0 0-11z"/></g>'
);
