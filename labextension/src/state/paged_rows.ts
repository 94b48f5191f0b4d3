/**
 * Rows of a long list, of which only the pages that somebody looked at are here.
 */

/** How many rows are asked for at once. */
export const PAGE = 200;

/** How many pages are kept; those farthest from what is seen go first. */
const KEPT = 25;

interface Page<T> {
  rows: T[];
  isStale: boolean;
}

/**
 * Pages of rows by their number.
 *
 *     rows.missing(0, 30)          // [0]: page 0 is to be asked for
 *     rows.put(0, answer, 10_000)
 *     rows.at(3)                   // the fourth row; undefined if its page is not here
 */
export class PagedRows<T> {
  /** `idOf` tells what names a row. */
  constructor(
    private readonly idOf: (row: T) => string = row => (row as { run_id: string }).run_id
  ) {}

  /** How many rows there are in all. */
  get total(): number {
    return this.#total;
  }

  /** Whether a first page came. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  /** Where a row stands among those that are here; -1 if it is not. */
  indexOf(id: string): number {
    for (const [number, page] of this.#pages) {
      const place = page.rows.findIndex(it => this.idOf(it) === id);
      if (place >= 0) {
        return number * PAGE + place;
      }
    }
    return -1;
  }

  /** The rows that are here from one index to another, both included. */
  between(first: number, last: number): T[] {
    const rows: T[] = [];
    for (let index = Math.max(0, first); index <= Math.min(last, this.#total - 1); index++) {
      const row = this.at(index);
      if (row) {
        rows.push(row);
      }
    }
    return rows;
  }

  /** The numbers of the pages that must be asked for to show these rows. */
  missing(first: number, last: number): number[] {
    const end = this.#isKnown ? Math.max(0, Math.min(last, this.#total - 1)) : last;
    const numbers: number[] = [];
    for (let number = Math.floor(Math.max(0, first) / PAGE); number * PAGE <= end; number++) {
      if (this.#pages.get(number)?.isStale ?? true) {
        numbers.push(number);
      }
    }
    return numbers;
  }

  put(number: number, rows: T[], total: number): void {
    if (total !== this.#total && this.#isKnown) {
      this.stale();
    }
    this.#total = total;
    this.#isKnown = true;
    this.#pages.set(number, { rows, isStale: false });
    for (const other of [...this.#pages.keys()]) {
      if (other * PAGE >= total && other > 0) {
        this.#pages.delete(other);
      }
    }
    this.#forgetFar(number);
  }

  /** What is here may be old: still shown, asked for again when seen. */
  stale(): void {
    for (const page of this.#pages.values()) {
      page.isStale = true;
    }
  }

  /** Another question: nothing here answers it. */
  clear(): void {
    this.#pages.clear();
    this.#total = 0;
    this.#isKnown = false;
  }

  #forgetFar(number: number): void {
    if (this.#pages.size > KEPT) {
      const far = [...this.#pages.keys()].sort(
        (one, other) => Math.abs(other - number) - Math.abs(one - number)
      );
      far.slice(0, this.#pages.size - KEPT).forEach(it => this.#pages.delete(it));
    }
  }

  #pages = new Map<number, Page<T>>();
  #total = 0;
  #isKnown = false;
}

/** The rows that a scrolled window shows, some more at both ends. */
export function visible(
  top: number,
  height: number,
  rowHeight: number,
  total: number,
  spare = 8
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(total - 1, Math.ceil((top + height) / rowHeight) + spare);
  return { first: Math.min(first, Math.max(0, last)), last };
}
