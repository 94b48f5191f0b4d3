/**
 * Runs in groups: which are open, and of each only the pages of runs that somebody looked at.
 */
import type { GroupItem, RunRow } from '../records';
import type { Line } from './grouping';
import { PAGE, PagedRows } from './paged_rows';

/** A page to ask for: of the groups (null), or of the runs of one. */
export interface Wanted {
  key: string | null;
  page: number;
}

/** Where a line comes from: a group, or a run of the group `key`. */
interface Place {
  key: string | null;
  index: number;
  depth: number;
}

/**
 * Groups with the runs of those that are open.
 *
 *     grouped.wanted(0, 30)        // [{ key: null, page: 0 }]
 *     grouped.fold('#4')           // opens it, or closes it
 */
export class GroupedRuns {
  readonly groups = new PagedRows<GroupItem>(it => it.key);
  /** How many runs are in all groups. */
  total = 0;

  get lineCount(): number {
    return this.#laid().length;
  }

  lineAt(index: number): Line | undefined {
    const place = this.#laid()[index];
    return place && (place.key === null ? this.#top(place.index) : this.#member(place));
  }

  /** The pages that must be asked for to show these lines. */
  wanted(first: number, last: number): Wanted[] {
    if (!this.groups.isKnown) {
      return [{ key: null, page: 0 }];
    }
    const found = new Map<string, Wanted>();
    const add = (key: string | null, page: number): void => {
      found.set(`${page} ${key ?? 'groups'}`, { key, page });
    };
    if (this.lineCount === 0) {
      this.groups.missing(0, 0).forEach(page => add(null, page));
    }
    for (const { key, index } of this.#laid().slice(Math.max(0, first), last + 1)) {
      const rows = key === null ? this.groups : this.#members.get(key);
      const pages = rows?.missing(index, index) ?? [Math.floor(index / PAGE)];
      pages.forEach(page => add(key, page));
    }
    return [...found.values()];
  }

  /** Opens or closes a group. */
  fold(key: string): void {
    if (!this.#open.delete(key)) {
      this.#open.add(key);
    }
    this.#lines = null;
  }

  putGroups(page: number, groups: GroupItem[], count: number, total: number): void {
    this.groups.put(page, groups, count);
    this.total = total;
    this.#lines = null;
  }

  putMembers(key: string, page: number, rows: RunRow[], total: number): void {
    const members = this.#members.get(key) ?? new PagedRows<RunRow>();
    members.put(page, rows, total);
    this.#members.set(key, members);
    this.#lines = null;
  }

  /** A group that is no more. */
  drop(key: string): void {
    this.#open.delete(key);
    this.#members.delete(key);
    this.groups.stale();
    this.#lines = null;
  }

  /** What is here may be old: still shown, asked for again when seen. */
  stale(): void {
    this.groups.stale();
    this.#members.forEach(it => it.stale());
  }

  /** Other runs are asked for; what is open stays open. */
  clear(): void {
    this.groups.clear();
    this.#members.clear();
    this.total = 0;
    this.#lines = null;
  }

  /** Runs are grouped by something else. */
  reset(): void {
    this.clear();
    this.#open.clear();
  }

  /** A run that is here. */
  rowOf(run_id: string): RunRow | undefined {
    const top = this.groups.at(this.groups.indexOf(run_id))?.run;
    if (top) {
      return top;
    }
    for (const rows of this.#members.values()) {
      const row = rows.at(rows.indexOf(run_id));
      if (row) {
        return row;
      }
    }
    return undefined;
  }

  #top(index: number): Line | undefined {
    const group = this.groups.at(index);
    if (!group) {
      return undefined;
    }
    const { key, run } = group;
    return run ? this.#run(run, 0) : { kind: 'group', key, group, isOpen: this.#open.has(key) };
  }

  #member({ key, index, depth }: Place): Line | undefined {
    const row = this.#members.get(key ?? '')?.at(index);
    return row && this.#run(row, depth);
  }

  #run(row: RunRow, depth: number): Line {
    const { child_count: size, run_id } = row;
    return size > 0
      ? { kind: 'run', row, depth, family: { size, isOpen: this.#open.has(run_id) } }
      : { kind: 'run', row, depth };
  }

  #laid(): Place[] {
    if (this.#lines === null) {
      this.#lines = [];
      this.#lay(this.#lines);
    }
    return this.#lines;
  }

  #lay(lines: Place[]): void {
    for (let index = 0; index < this.groups.total; index++) {
      lines.push({ key: null, index, depth: 0 });
      const group = this.groups.at(index);
      if (group) {
        this.#layMembers(lines, group.key, group.size, 1);
      }
    }
  }

  #layMembers(lines: Place[], key: string, size: number, depth: number): void {
    if (size === 0 || !this.#open.has(key)) {
      return;
    }
    const rows = this.#members.get(key);
    const count = rows?.isKnown ? rows.total : size;
    for (let index = 0; index < count; index++) {
      lines.push({ key, index, depth });
      const row = rows?.at(index);
      if (row?.child_count) {
        this.#layMembers(lines, row.run_id, row.child_count, depth + 1);
      }
    }
  }

  #open = new Set<string>();
  #members = new Map<string, PagedRows<RunRow>>();
  #lines: Place[] | null = null;
}
