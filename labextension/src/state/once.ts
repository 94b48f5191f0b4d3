/**
 * Acts behind buttons that somebody may press again before the server has answered.
 */

/** Does acts; one that is under way is not begun again. */
export class Once {
  async do(name: string, act: () => Promise<unknown>): Promise<void> {
    if (this.#names.has(name)) {
      return;
    }
    this.#names.add(name);
    try {
      await act();
    } finally {
      this.#names.delete(name);
    }
  }

  #names = new Set<string>();
}
