/**
 * The files of a run as a tree; a folder is read when it is opened.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRef, type KeyboardEvent } from 'react';

import { fileSize } from '../charts/figures';
import type { ArtifactItem } from '../records';
import { nameOf } from './artifact_kind';

/** A row of the tree. */
export interface ITreeRow {
  readonly file: ArtifactItem;
  readonly depth: number;
}

/**
 * The rows that can be seen: what is in the open folders, folders first.
 */
export function treeRows(
  folders: ReadonlyMap<string, readonly ArtifactItem[]>,
  open: ReadonlySet<string>,
  path = '',
  depth = 0
): ITreeRow[] {
  const files = [...(folders.get(path) ?? [])].sort(
    (one, two) =>
      Number(two.is_dir) - Number(one.is_dir) ||
      one.path.localeCompare(two.path, undefined, { numeric: true })
  );
  return files.flatMap(file => [
    { file, depth },
    ...(file.is_dir && open.has(file.path) ? treeRows(folders, open, file.path, depth + 1) : [])
  ]);
}

/**
 * The tree; arrows walk and open, enter chooses.
 */
export function ArtifactTree(props: {
  rows: readonly ITreeRow[];
  open: ReadonlySet<string>;
  chosen: string | null;
  choose: (file: ArtifactItem) => void;
  toggle: (path: string, isOpen: boolean) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { rows, open, chosen, choose, toggle, trans } = props;
  const tree = useRef<HTMLDivElement>(null);
  const focus = (index: number) =>
    tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[index]?.focus();
  const first = Math.max(
    0,
    rows.findIndex(row => row.file.path === chosen)
  );
  const act = (file: ArtifactItem) =>
    file.is_dir ? toggle(file.path, !open.has(file.path)) : choose(file);
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const file = rows[index]?.file;
    const isShut = file?.is_dir && !open.has(file.path);
    const acts: Record<string, () => void> = {
      ArrowDown: () => focus(index + 1),
      ArrowUp: () => focus(index - 1),
      ArrowRight: () => (file && isShut ? toggle(file.path, true) : focus(index + 1)),
      ArrowLeft: () => (file?.is_dir && !isShut ? toggle(file.path, false) : focus(index - 1)),
      Enter: () => file && act(file),
      ' ': () => file && act(file)
    };
    const chosenAct = acts[event.key];
    if (chosenAct) {
      event.preventDefault();
      chosenAct();
    }
  };
  return (
    <div className="nbtrack-Tree" role="tree" aria-label={trans.__('Artifacts')} ref={tree}>
      {rows.map(({ file, depth }, index) => (
        <div
          key={file.path}
          role="treeitem"
          aria-level={depth + 1}
          aria-selected={file.path === chosen}
          aria-expanded={file.is_dir ? open.has(file.path) : undefined}
          tabIndex={index === first ? 0 : -1}
          title={file.path}
          style={{ paddingLeft: 8 + depth * 16 }}
          onClick={() => act(file)}
          onKeyDown={event => onKeyDown(event, index)}
        >
          <span className="nbtrack-Tree-mark" aria-hidden="true">
            {file.is_dir ? (open.has(file.path) ? '▾' : '▸') : ''}
          </span>
          <span className="nbtrack-Tree-name">{nameOf(file.path)}</span>
          <span className="nbtrack-Tree-size">
            {file.file_size === null || file.is_dir ? '' : fileSize(file.file_size)}
          </span>
        </div>
      ))}
    </div>
  );
}
