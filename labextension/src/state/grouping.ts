/**
 * What runs can be grouped by, and the lines of a list: headings, runs, and children below runs.
 */
import type { GroupItem, RunRow } from '../records';

/** `none`, `cell`, `parent`, or the full name of a column. */
export type Grouping = string;

/** A line of the list: a heading or a run, and how far it is indented. */
export type Line =
  | { kind: 'group'; key: string; group: GroupItem; isOpen: boolean }
  | { kind: 'run'; row: RunRow; depth: number; family?: { size: number; isOpen: boolean } };

/** Facts of a run that people group by. */
export const GROUPED_FACTS = ['status', 'user_id', 'experiment_name'];

/** Whether a text says what runs can be grouped by. */
export function isGrouping(text: unknown): text is Grouping {
  return (
    typeof text === 'string' &&
    (['none', 'cell', 'parent', ...GROUPED_FACTS].includes(text) || /^(params|tags)\../s.test(text))
  );
}

/** The params and tags among columns, those of programs left out. */
export function groupingColumns(available: readonly string[]): string[] {
  return available.filter(it => /^(params|tags)\.(?!mlflow\.|nbtrack\.)/.test(it));
}
