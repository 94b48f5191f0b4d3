/**
 * A view of the runs as a part of an address, so that it can be passed on and opened elsewhere.
 */
import { FIRST_VIEW, restored, type View } from './view';

const NAME = 'nbtrack-view';

/** What a link shows. */
export interface LinkedView {
  readonly view: View;
  /** The notebook in front: its runs may be shown alone, and its folder may have the store. */
  readonly notebook: string | null;
  readonly store_id: string | null;
  /** Runs that stand beside each other. */
  readonly compared: readonly string[];
}

/** A view as the fragment of an address; what is as at first is left out. */
export function fragmentOf({ view, notebook, store_id, compared }: LinkedView): string {
  const told = Object.fromEntries(
    Object.entries(view).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(FIRST_VIEW[name as keyof View])
    )
  );
  const link = {
    ...told,
    ...(notebook ? { notebook } : {}),
    ...(store_id ? { store_id } : {}),
    ...(compared.length ? { compared } : {})
  };
  return `#${NAME}=${encodeURIComponent(JSON.stringify(link))}`;
}

/** Whether a fragment is that of a view. */
export const VIEW_PATTERN = new RegExp(`#${NAME}=`);

/** The view of a fragment or of a whole address; null if it has none that can be read. */
export function readFragment(text: string): LinkedView | null {
  const [, encoded] = new RegExp(`#${NAME}=([^#]*)$`).exec(text) ?? [];
  if (encoded === undefined) {
    return null;
  }
  let told: unknown;
  try {
    told = JSON.parse(decodeURIComponent(encoded));
  } catch {
    return null;
  }
  if (typeof told !== 'object' || told === null || Array.isArray(told)) {
    return null;
  }
  const { notebook, store_id, compared, areDeleted } = told as Record<string, unknown>;
  return {
    view: { ...restored(told), areDeleted: areDeleted === true },
    notebook: typeof notebook === 'string' ? notebook : null,
    store_id: typeof store_id === 'string' ? store_id : null,
    compared: Array.isArray(compared)
      ? compared.filter((it): it is string => typeof it === 'string')
      : []
  };
}
