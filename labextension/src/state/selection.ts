/**
 * Which rows are selected: clicks and keys as in other lists of files.
 */

/** How a click or key changes the selection. */
export type Manner = 'only' | 'toggle' | 'range' | 'move';

/** Selected rows by their ids, the row with the focus, and where a range begins. */
export interface Selection {
  readonly ids: readonly string[];
  readonly focus: string | null;
  readonly anchor: string | null;
}

export const NOTHING: Selection = { ids: [], focus: null, anchor: null };

/** The manner that the modifier keys of an event ask for. */
export function mannerOf(event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }): Manner {
  if (event.shiftKey) {
    return 'range';
  }
  return event.ctrlKey || event.metaKey ? 'toggle' : 'only';
}

/**
 * The selection after a row was chosen; `order` has the rows as they stand.
 */
export function chosen(
  before: Selection,
  id: string,
  manner: Manner,
  order: readonly string[]
): Selection {
  switch (manner) {
    case 'only':
      return { ids: [id], focus: id, anchor: id };
    case 'move':
      return { ...before, focus: id };
    case 'toggle': {
      const isIn = before.ids.includes(id);
      const ids = isIn ? before.ids.filter(it => it !== id) : [...before.ids, id];
      return { ids, focus: id, anchor: id };
    }
    case 'range': {
      const ends = [order.indexOf(before.anchor ?? id), order.indexOf(id)];
      const [from = -1, to = -1] = ends.sort((one, other) => one - other);
      const ids = from < 0 ? [id] : order.slice(from, to + 1);
      return { ids, focus: id, anchor: from < 0 ? id : (before.anchor ?? id) };
    }
  }
}

/** The index to which a key moves the focus; null if the key does not move it. */
export function moved(key: string, index: number, total: number, page: number): number | null {
  const within = (to: number): number => Math.max(0, Math.min(total - 1, to));
  switch (key) {
    case 'ArrowDown':
      return within(index + 1);
    case 'ArrowUp':
      return within(index - 1);
    case 'PageDown':
      return within(index + page);
    case 'PageUp':
      return within(index - page);
    case 'Home':
      return 0;
    case 'End':
      return within(total - 1);
    default:
      return null;
  }
}

/** The selection without rows that are gone. */
export function without(before: Selection, gone: readonly string[]): Selection {
  const stays = (id: string | null): string | null => (id && gone.includes(id) ? null : id);
  return {
    ids: before.ids.filter(it => !gone.includes(it)),
    focus: stays(before.focus),
    anchor: stays(before.anchor)
  };
}
