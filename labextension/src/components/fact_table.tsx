/**
 * Names with values: params, tags, environment; filtered by a text, copied by a button.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

/** With fewer rows than this a filter is no help. */
const FILTERED = 8;

/**
 * The table with its filter, or `empty` if there are no facts.
 */
export function FactTable(props: {
  label: string;
  facts: Readonly<Record<string, string>>;
  /** What there would be, and how it comes. */
  empty: string;
  copy: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { facts, label, copy, trans } = props;
  const [filter, setFilter] = useState('');
  const all = Object.entries(facts);
  if (!all.length) {
    return <p className="nbtrack-Empty">{props.empty}</p>;
  }
  const rows = matchingFacts(all, filter);
  return (
    <div className="nbtrack-Facts">
      <div className="nbtrack-Facts-tools">
        {all.length >= FILTERED ? (
          <input
            type="search"
            className="jp-mod-styled"
            placeholder={trans.__('Filter')}
            aria-label={trans.__('Filter %1', label)}
            value={filter}
            onChange={event => setFilter(event.target.value)}
          />
        ) : null}
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => copy(JSON.stringify(Object.fromEntries(rows), null, 2))}
        >
          {trans.__('Copy as JSON')}
        </button>
      </div>
      <table className="nbtrack-Table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Value')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="nbtrack-Table-text">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length ? null : <p className="nbtrack-Empty">{trans.__('Nothing matches.')}</p>}
    </div>
  );
}

/**
 * The facts that hold a text in name or value, in any case, by name.
 */
export function matchingFacts(
  facts: readonly (readonly [string, string])[],
  filter: string
): (readonly [string, string])[] {
  const wanted = filter.trim().toLowerCase();
  return facts
    .filter(([name, value]) => `${name}\n${value}`.toLowerCase().includes(wanted))
    .sort(([one], [two]) => one.localeCompare(two, undefined, { numeric: true }));
}
