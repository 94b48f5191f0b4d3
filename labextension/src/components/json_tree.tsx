/**
 * JSON as a tree that opens branch by branch.
 */
import { useState } from 'react';

/** More entries than this of one branch are not drawn. */
const ENTRIES = 200;
/** Branches open at first, down to this depth. */
const OPEN = 2;

/**
 * A value with its name; lists and records open on demand.
 */
export function JsonTree(props: { name?: string; value: unknown; depth?: number }): JSX.Element {
  const { name, value, depth = 0 } = props;
  const [isOpen, setIsOpen] = useState(depth < OPEN);
  const label = name === undefined ? null : <span className="nbtrack-Json-name">{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="nbtrack-Json">
        {label}
        <span className={`nbtrack-Json-${value === null ? 'null' : typeof value}`}>
          {JSON.stringify(value)}
        </span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const kind = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <details
      className="nbtrack-Json"
      open={isOpen}
      onToggle={event => setIsOpen(event.currentTarget.open)}
    >
      <summary>
        {label}
        <span className="nbtrack-Json-kind">{kind}</span>
      </summary>
      {isOpen
        ? entries
            .slice(0, ENTRIES)
            .map(([key, entry]) => (
              <JsonTree key={key} name={key} value={entry} depth={depth + 1} />
            ))
        : null}
      {isOpen && entries.length > ENTRIES ? <div>… {entries.length - ENTRIES}</div> : null}
    </details>
  );
}
