/**
 * The registry of what can be done: panels call it, plugins fill it.
 */
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import type { ActionTable, IActions } from '../tokens';

type Name = keyof ActionTable;

/** Actions by name; one that nobody provides is told by `missing`. */
export class Actions implements IActions {
  constructor(missing: (name: string) => void) {
    const call = (name: Name, args: unknown[]): unknown => {
      const action = this.#actions.get(name);
      return action ? action(...args) : missing(name);
    };
    this.run = new Proxy({} as ActionTable, {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          call(name as Name, args)
    });
  }

  readonly run: Readonly<ActionTable>;

  provide<K extends Name>(name: K, action: ActionTable[K]): IDisposable {
    const kept = action as (...args: unknown[]) => unknown;
    this.#actions.set(name, kept);
    return new DisposableDelegate(() => {
      if (this.#actions.get(name) === kept) {
        this.#actions.delete(name);
      }
    });
  }

  has(name: Name): boolean {
    return this.#actions.has(name);
  }

  #actions = new Map<Name, (...args: unknown[]) => unknown>();
}
