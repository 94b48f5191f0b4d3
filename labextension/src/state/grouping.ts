/**
 * Rows under headings: runs of a cell together, or children under their parent.
 */
import type { RunRow } from '../records';

export type Grouping = 'none' | 'cell' | 'parent';

/** A line of the list: a heading or a run, and how far it is indented. */
export type Line =
  | { kind: 'group'; key: string; title: string; size: number; isOpen: boolean }
  | { kind: 'run'; row: RunRow; depth: number; family?: { size: number; isOpen: boolean } };

/** How many runs are grouped at most. */
export const GROUPED = 1000;

/** The lines for rows under the headings of their cells; groups stand as their first rows do. */
export function byCell(
  rows: readonly RunRow[],
  closed: ReadonlySet<string>,
  title: (row: RunRow) => string
): Line[] {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const key = row.cell_id ? `${row.notebook ?? ''}#${row.cell_id}` : '';
    const group = groups.get(key);
    if (group) {
      group.push(row);
    } else {
      groups.set(key, [row]);
    }
  }
  const lines: Line[] = [];
  for (const [key, group] of groups) {
    const isOpen = !closed.has(key);
    const [first] = group;
    if (first) {
      lines.push({ kind: 'group', key, title: title(first), size: group.length, isOpen });
    }
    if (isOpen) {
      lines.push(...group.map(row => ({ kind: 'run' as const, row, depth: 1 })));
    }
  }
  return lines;
}

/** The lines for rows with their children below them; one whose parent is not here stands alone. */
export function byParent(rows: readonly RunRow[], closed: ReadonlySet<string>): Line[] {
  const here = new Set(rows.map(it => it.run_id));
  const children = new Map<string, RunRow[]>();
  const tops: RunRow[] = [];
  for (const row of rows) {
    const parent = row.parent_run_id;
    if (parent && here.has(parent) && parent !== row.run_id) {
      children.set(parent, [...(children.get(parent) ?? []), row]);
    } else {
      tops.push(row);
    }
  }
  const lines: Line[] = [];
  const add = (row: RunRow, depth: number): void => {
    const below = children.get(row.run_id) ?? [];
    const isOpen = !closed.has(row.run_id);
    const family = below.length > 0 ? { size: below.length, isOpen } : undefined;
    lines.push({ kind: 'run', row, depth, ...(family ? { family } : {}) });
    if (isOpen) {
      below.forEach(it => add(it, depth + 1));
    }
  };
  tops.forEach(it => add(it, 0));
  return lines;
}
