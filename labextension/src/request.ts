/**
 * The one way in which this extension asks nbtrack's server half.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Problem } from './records';
import type { IRequests, Query } from './tokens';

const BASE = 'nbtrack/api';

/** A request that was not answered; `status` is 0 when no server was found. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem
  ) {
    super(problem.message);
    this.name = 'RequestError';
  }
}

/** Whether an error only says that the request was given up. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** The words of any error. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A query string with its question mark, empty without values. */
export function queryString(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const pairs = given.map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Requests through Jupyter's own connection, with its token and XSRF cookie. */
export class Requests implements IRequests {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly storeId: () => string | null
  ) {}

  get isOnline(): boolean {
    return this.#isOnline;
  }

  get onlineChanged(): ISignal<this, boolean> {
    return this.#onlineChanged;
  }

  async get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.#json<T>(await this.raw(path, query, { signal: signal ?? null }));
  }

  async post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    return this.#send<T>('POST', path, body, signal);
  }

  async patch<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    return this.#send<T>('PATCH', path, body, signal);
  }

  async raw(path: string, query: Query = {}, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(this.url(path, query), init, this.settings);
    } catch (error) {
      if (isGivenUp(error) || init.signal?.aborted) {
        throw new DOMException('given up', 'AbortError');
      }
      this.#setOnline(false);
      // what a browser says of it, such as "Failed to fetch", tells nobody what to do
      const isUnheard = error instanceof ServerConnection.NetworkError;
      const told = isUnheard ? 'The Jupyter server does not answer.' : words(error);
      throw new RequestError(0, problem('OFFLINE', told));
    }
    if (response.ok) {
      this.#setOnline(true);
      return response;
    }
    const told = await problemOf(response);
    // A proxy before a server that is gone answers too, but tells no problem of ours.
    const isProxy = told.error_code === String(response.status);
    this.#setOnline(!(isProxy && [502, 503, 504].includes(response.status)));
    throw new RequestError(response.status, told);
  }

  url(path: string, query: Query = {}): string {
    const steps = path.split('/').map(encodeURIComponent).join('/');
    const base = URLExt.join(this.settings.baseUrl, BASE, steps);
    return base + queryString({ store: this.storeId(), ...query });
  }

  async #send<T>(method: string, path: string, body: object, signal?: AbortSignal): Promise<T> {
    const init = { method, body: JSON.stringify(body), signal: signal ?? null };
    return this.#json<T>(await this.raw(path, {}, init));
  }

  async #json<T>(response: Response): Promise<T> {
    return (await response.json()) as T;
  }

  #setOnline(isOnline: boolean): void {
    if (isOnline !== this.#isOnline) {
      this.#isOnline = isOnline;
      this.#onlineChanged.emit(isOnline);
    }
  }

  #isOnline = true;
  #onlineChanged = new Signal<this, boolean>(this);
}

function problem(error_code: string, message: string): Problem {
  return { error_code, message, position: null };
}

async function problemOf(response: Response): Promise<Problem> {
  const told = `${response.status} ${response.statusText}`;
  try {
    const body = (await response.json()) as Partial<Problem>;
    return {
      error_code: body.error_code ?? String(response.status),
      message: body.message ?? told,
      position: body.position ?? null
    };
  } catch {
    return problem(String(response.status), told);
  }
}
