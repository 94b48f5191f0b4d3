/**
 * What clicks and keys do in the list of runs.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, MouseEvent } from 'react';

import type { RunRow } from '../records';
import type { Grouping, Line } from '../state/grouping';
import { chosen, mannerOf, moved, type Selection } from '../state/selection';
import type { Order } from '../state/view';

/** The height of a line; the style sheet has the same number. */
export const LINE_HEIGHT = 24;

/** What the list shows, and whom it tells. */
export interface RunTableProps {
  trans: TranslationBundle;
  total: number;
  grouping: Grouping;
  lineAt(index: number): Line | undefined;
  columns: readonly string[];
  order: Order | null;
  /** What is asked; another question is answered from the top. */
  question?: string;
  selection: Selection;
  isBusy: boolean;
  onSee(first: number, last: number): void;
  onSelect(selection: Selection): void;
  onOpen(row: RunRow): void;
  onOrder(column: string): void;
  onFold(key: string): void;
  onKey(key: string): boolean;
}

/** What names a line in the selection. */
export function keyOf(line: Line | undefined): string | null {
  return line === undefined ? null : line.kind === 'run' ? line.row.run_id : `group:${line.key}`;
}

/** The ids of lines that are here around an index, as they stand. */
function orderAround(props: RunTableProps, from: number, to: number): string[] {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const ids: string[] = [];
  for (let index = Math.max(0, first); index <= last; index++) {
    const line = props.lineAt(index);
    if (line?.kind === 'run') {
      ids.push(line.row.run_id);
    }
  }
  return ids;
}

function indexOf(props: RunTableProps, id: string | null): number {
  if (id !== null) {
    for (let index = 0; index < props.total; index++) {
      if (keyOf(props.lineAt(index)) === id) {
        return index;
      }
    }
  }
  return -1;
}

/** A row was clicked, or its menu asked for. */
export function pick(props: RunTableProps, row: RunRow, event: MouseEvent): void {
  const { selection } = props;
  if (event.type === 'contextmenu' && selection.ids.includes(row.run_id)) {
    props.onSelect(chosen(selection, row.run_id, 'move', []));
    return;
  }
  const manner = event.type === 'contextmenu' ? 'only' : mannerOf(event);
  const to = indexOf(props, row.run_id);
  const from = indexOf(props, selection.anchor);
  props.onSelect(
    chosen(selection, row.run_id, manner, orderAround(props, from < 0 ? to : from, to))
  );
}

type Press = KeyboardEvent<HTMLDivElement>;

/** A key was pressed while the list has the focus. */
export function press(
  props: RunTableProps,
  event: Press,
  focus: number,
  scroller: HTMLElement | null
): void {
  if (event.target !== event.currentTarget) {
    return;
  }
  const isHandled =
    moveFocus(props, event, focus, scroller) || act(props, event, focus) || props.onKey(event.key);
  if (isHandled) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function moveFocus(
  props: RunTableProps,
  event: Press,
  focus: number,
  scroller: HTMLElement | null
): boolean {
  const seen = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / LINE_HEIGHT) - 2);
  const from = focus >= 0 ? focus : indexOf(props, props.selection.focus);
  const to = moved(event.key, from, props.total, seen);
  if (to === null || props.total === 0 || event.altKey) {
    return false;
  }
  if (scroller) {
    reveal(scroller, to);
  }
  const line = props.lineAt(to);
  const id = keyOf(line);
  if (line?.kind === 'run' && id !== null) {
    const manner = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'move' : 'only';
    const anchor = indexOf(props, props.selection.anchor);
    props.onSelect(
      chosen(props.selection, id, manner, orderAround(props, anchor < 0 ? to : anchor, to))
    );
  } else if (id !== null) {
    props.onSelect({ ...props.selection, focus: id });
  }
  return true;
}

function act(props: RunTableProps, event: Press, focus: number): boolean {
  const line = props.lineAt(focus);
  const isFolding = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
  if (line?.kind === 'group' && (isFolding || event.key === 'Enter' || event.key === ' ')) {
    const isWanted = !isFolding || line.isOpen === (event.key === 'ArrowLeft');
    if (isWanted) {
      props.onFold(line.key);
    }
    return true;
  }
  if (line?.kind === 'run' && isFolding && line.family) {
    if (line.family.isOpen === (event.key === 'ArrowLeft')) {
      props.onFold(line.row.run_id);
    }
    return true;
  }
  if (line?.kind === 'run' && event.key === 'Enter') {
    props.onOpen(line.row);
    return true;
  }
  if (line?.kind === 'run' && event.key === ' ') {
    props.onSelect(chosen(props.selection, line.row.run_id, 'toggle', []));
    return true;
  }
  if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
    props.onSelect({ ...props.selection, ids: orderAround(props, 0, props.total - 1) });
    return true;
  }
  if (event.key === 'Escape' && props.selection.ids.length > 0) {
    props.onSelect({ ...props.selection, ids: [] });
    return true;
  }
  return false;
}

/** Scrolls so far that a line is seen below the titles. */
function reveal(scroller: HTMLElement, index: number): void {
  const top = index * LINE_HEIGHT;
  const seen = scroller.clientHeight - LINE_HEIGHT;
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (top + LINE_HEIGHT > scroller.scrollTop + seen) {
    scroller.scrollTop = top + LINE_HEIGHT - seen;
  }
}
