/**
 * What a person chose to see of the runs; kept from one session to the next.
 */
import type { RunsQuestion } from '../records';
import { type Grouping, isGrouping } from './grouping';

/** The order of the list by one column. */
export interface Order {
  column: string;
  isDescending: boolean;
}

/** Which runs are shown, and how. */
export interface View {
  readonly experiment_id: string | null;
  readonly onlyThisNotebook: boolean;
  readonly filter: string;
  readonly order: Order | null;
  /** Full names; null shows the first metric that there is. */
  readonly columns: readonly string[] | null;
  readonly grouping: Grouping;
  /** Runs that were deleted, and can be restored, instead of the others. */
  readonly areDeleted: boolean;
}

export const FIRST_VIEW: View = {
  experiment_id: null,
  onlyThisNotebook: true,
  filter: '',
  order: null,
  columns: null,
  grouping: 'none',
  areDeleted: false
};

/** A view out of what was kept, which may be of another version or damaged. */
export function restored(kept: unknown, first: View = FIRST_VIEW): View {
  if (typeof kept !== 'object' || kept === null) {
    return first;
  }
  const it = kept as Record<string, unknown>;
  const order = it.order as Partial<Order> | null | undefined;
  return {
    experiment_id: typeof it.experiment_id === 'string' ? it.experiment_id : null,
    onlyThisNotebook:
      typeof it.onlyThisNotebook === 'boolean' ? it.onlyThisNotebook : first.onlyThisNotebook,
    filter: typeof it.filter === 'string' ? it.filter : '',
    order:
      typeof order?.column === 'string'
        ? { column: order.column, isDescending: order.isDescending === true }
        : null,
    columns: isTexts(it.columns) ? it.columns : first.columns,
    grouping: isGrouping(it.grouping) ? it.grouping : 'none',
    areDeleted: false
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(it => typeof it === 'string');
}

/** The columns to ask for: those chosen, else the one metric that stands for all. */
export function columnsOf(view: View, metric: string | null): string[] {
  return view.columns ? [...view.columns] : metric ? [metric] : [];
}

/** The metric that is shown unasked: the one before if runs still have it, else their first. */
export function metricOf(available: readonly string[], before: string | null): string | null {
  const metrics = available.filter(it => it.startsWith('metrics.'));
  return before !== null && metrics.includes(before) ? before : (metrics[0] ?? before);
}

/** A column as the language of filters writes it. */
function spelled(column: string): string {
  const [, prefix, key] = /^(metrics|params|tags)\.(.*)$/s.exec(column) ?? [];
  return prefix && key && !/^[A-Za-z_][\w.]*$/.test(key) && !/^[`"]/.test(key)
    ? `${prefix}.\`${key}\``
    : column;
}

/** The question that a view asks; without columns the server shows the first metric. */
export function questionOf(
  view: View,
  columns: string[] | null,
  notebook: string | null
): RunsQuestion {
  const { order } = view;
  return {
    experiment_ids: view.experiment_id === null ? null : [view.experiment_id],
    notebook: view.onlyThisNotebook ? notebook : null,
    filter: view.filter.trim(),
    order_by: order ? [`${spelled(order.column)} ${order.isDescending ? 'DESC' : 'ASC'}`] : [],
    columns,
    view: view.areDeleted ? 'DELETED_ONLY' : 'ACTIVE_ONLY'
  };
}

/** The order after a click on a column's title: descending, ascending, the list's own. */
export function nextOrder(order: Order | null, column: string): Order | null {
  if (order?.column !== column) {
    return { column, isDescending: true };
  }
  return order.isDescending ? { column, isDescending: false } : null;
}
