/**
 * What the plugins of this extension share: one token, and the interfaces behind it.
 */
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change, StoreItem } from './records';

/** Values of a query string; those that are null or undefined are left out. */
export type Query = Record<string, string | number | boolean | null | undefined>;

/** Requests to nbtrack's routes; the id of the current store is added to each. */
export interface IRequests {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: object, signal?: AbortSignal): Promise<T>;
  patch<T>(path: string, body: object, signal?: AbortSignal): Promise<T>;
  /** The answer itself, for files and their ranges. */
  raw(path: string, query?: Query, init?: RequestInit): Promise<Response>;
  /** An address for links, images and frames. */
  url(path: string, query?: Query): string;
  /** False since a request found no server, until one finds it again. */
  readonly isOnline: boolean;
  readonly onlineChanged: ISignal<IRequests, boolean>;
}

/** The stores that can be looked at; the one of the present notebook unless another was chosen. */
export interface IStores {
  readonly items: StoreItem[];
  readonly current: StoreItem | null;
  /** The path of the present notebook from the server's root. */
  readonly notebook: string | null;
  /** True once the server was asked. */
  readonly isKnown: boolean;
  /** True while the server answers, and has no half of nbtrack. */
  readonly isUnserved: boolean;
  /** Look at this store; null follows the notebook again. */
  choose(store_id: string | null): void;
  refresh(): Promise<void>;
  readonly changed: ISignal<IStores, void>;
}

/** Where a row came from. */
export interface CellPlace {
  cell_id: string | null;
  notebook: string | null;
}

/** What can be done from any panel; each is provided by the plugin that can do it. */
export interface ActionTable {
  openRun(run_id: string): void;
  /** Opens the comparison; `diff` starts with what explains the difference of two. */
  compare(run_ids: string[], view?: 'diff'): void;
  /** The runs of the comparison in front; none if there is none. */
  compared(): readonly string[];
  jumpToCell(row: CellPlace): Promise<boolean>;
  /** Puts code into a new cell below the active one, which then is the active one. */
  restoreCode(code: string): Promise<void>;
  openModel(name: string): void;
  registerModel(run_id: string): Promise<void>;
  /** Asks how a model is to be served; `which` is a version, or an alias as `@champion`. */
  serveModel(name: string, which?: string): Promise<void>;
  /** Serves what an alias points to, as most want it, without a question. */
  serveAlias(name: string, alias: string): Promise<void>;
  openEndpoint(name: string): void;
  reproduce(run_id: string): Promise<void>;
  /** Opens the list of runs; of one experiment, in all notebooks, if it is named. */
  showRuns(experiment_id?: string): void;
}

/** The registry of actions, so that panels need not know each other. */
export interface IActions {
  provide<K extends keyof ActionTable>(name: K, action: ActionTable[K]): IDisposable;
  has(name: keyof ActionTable): boolean;
  readonly run: Readonly<ActionTable>;
}

/** The services of nbtrack in JupyterLab. */
export interface INbtrack {
  readonly trans: TranslationBundle;
  readonly requests: IRequests;
  readonly stores: IStores;
  readonly actions: IActions;
  /** Changes of the current store; one with `runs` and `models` set when some may be missed. */
  readonly changes: ISignal<INbtrack, Change>;
}

/** The token of the services. */
export const INbtrack = new Token<INbtrack>(
  '@nbtrack/labextension:INbtrack',
  'Requests, stores, changes and actions of nbtrack.'
);

/** The sidebar of nbtrack; each section is a widget with a title. */
export interface ISidebar {
  /** Sections stand in the order of their ranks; Runs has 10, Experiments 15, Models 20, Endpoints 30. */
  add(section: Widget, rank: number): void;
  /** Opens the sidebar at one of its sections. */
  reveal(section?: Widget): void;
  /** Gives a section most of the room, if it has less. */
  enlarge(section: Widget): void;
}

/** The token of the sidebar. */
export const ISidebar = new Token<ISidebar>(
  '@nbtrack/labextension:ISidebar',
  'The sidebar of nbtrack, for its sections.'
);
