/**
 * Questions to one store, whichever the sidebar shows: a document keeps to its own.
 */
import type { IRequests, Query } from '../tokens';

/** Requests that name their store. */
export class StoreReader {
  constructor(
    private readonly requests: IRequests,
    readonly store_id: string | null
  ) {}

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.requests.get<T>(path, this.#named(query), signal);
  }

  async post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    const init = { method: 'POST', body: JSON.stringify(body), signal: signal ?? null };
    const response = await this.requests.raw(path, this.#named({}), init);
    return (await response.json()) as T;
  }

  raw(path: string, query: Query, init: RequestInit): Promise<Response> {
    return this.requests.raw(path, this.#named(query), init);
  }

  url(path: string, query: Query): string {
    return this.requests.url(path, this.#named(query));
  }

  #named(query: Query): Query {
    return this.store_id === null ? query : { ...query, store: this.store_id };
  }
}
