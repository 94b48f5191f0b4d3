/**
 * Where people choose how runs are shown: grouping, and which columns.
 */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useMemo, useState } from 'react';

import { columnTitle } from '../state/format';
import { type Grouping, GROUPED_FACTS, groupingColumns } from '../state/grouping';

const MOST = 100;

interface ColumnChooserProps {
  trans: TranslationBundle;
  available: readonly string[];
  columns: readonly string[];
  grouping: Grouping;
  areDeleted: boolean;
  onDeleted(areDeleted: boolean): void;
  onColumns(columns: string[] | null): void;
  onGrouping(grouping: Grouping): void;
  onClose(): void;
}

export function ColumnChooser(props: ColumnChooserProps): ReactElement {
  const { trans, columns } = props;
  return (
    // Escape closes it from wherever the focus is inside.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="nbtrack-Chooser"
      aria-label={trans.__('How runs are shown')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onClose();
        }
      }}
    >
      <GroupBy {...props} />
      <label>
        <input
          type="checkbox"
          checked={props.areDeleted}
          onChange={event => props.onDeleted(event.target.checked)}
        />
        {trans.__('Deleted runs')}
      </label>
      <Columns {...props} />
      <div className="nbtrack-Buttons">
        <button
          className="jp-mod-styled jp-mod-minimal"
          disabled={columns.length === 0}
          onClick={() => props.onColumns(null)}
        >
          {trans.__('Reset')}
        </button>
        <button className="jp-mod-styled jp-mod-minimal" onClick={props.onClose}>
          {trans.__('Done')}
        </button>
      </div>
    </section>
  );
}

/** By what runs are grouped: their cell or parent, a param, a tag, a fact. */
function GroupBy({ trans, available, grouping, onGrouping }: ColumnChooserProps): ReactElement {
  const columns = groupingColumns(available);
  const facts: Record<string, string> = {
    status: trans.__('status'),
    user_id: trans.__('user'),
    experiment_name: trans.__('experiment')
  };
  const isListed = !grouping.includes('.') || columns.includes(grouping);
  const ofKind = (kind: string): ReactElement[] =>
    columns
      .filter(it => it.startsWith(kind))
      .map(it => (
        <option key={it} value={it}>
          {columnTitle(it, trans)}
        </option>
      ));
  return (
    <label className="nbtrack-GroupBy">
      {trans.__('Group by')}
      <HTMLSelect value={grouping} onChange={event => onGrouping(event.target.value)}>
        <option value="none">{trans.__('none')}</option>
        <option value="cell">{trans.__('cell')}</option>
        <option value="parent">{trans.__('parent run')}</option>
        {GROUPED_FACTS.map(it => (
          <option key={it} value={it}>
            {facts[it]}
          </option>
        ))}
        {isListed ? null : <option value={grouping}>{columnTitle(grouping, trans)}</option>}
        <optgroup label={trans.__('Params')}>{ofKind('params.')}</optgroup>
        <optgroup label={trans.__('Tags')}>{ofKind('tags.')}</optgroup>
      </HTMLSelect>
    </label>
  );
}

/** The columns that there are, those chosen first, narrowed by what is typed. */
function Columns({ trans, available, columns, onColumns }: ColumnChooserProps): ReactElement {
  const [typed, setTyped] = useState('');
  const known = useMemo(() => [...new Set([...columns, ...available])], [columns, available]);
  const fitting = known.filter(it => it.toLowerCase().includes(typed.toLowerCase()));
  const toggle = (column: string): void =>
    onColumns(
      columns.includes(column) ? columns.filter(it => it !== column) : [...columns, column]
    );
  return (
    <fieldset>
      <legend>{trans.__('Columns')}</legend>
      <input
        type="search"
        className="jp-mod-styled"
        aria-label={trans.__('Find a column')}
        placeholder={trans.__('Find a column')}
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
      <div className="nbtrack-Columns">
        {fitting.slice(0, MOST).map(column => (
          <label key={column} title={column}>
            <input
              type="checkbox"
              checked={columns.includes(column)}
              onChange={() => toggle(column)}
            />
            {column}
          </label>
        ))}
        {fitting.length === 0 ? <p>{trans.__('No column has such a name.')}</p> : null}
        {fitting.length > MOST ? (
          <p>{trans.__('%1 more: type a part of the name.', fitting.length - MOST)}</p>
        ) : null}
      </div>
    </fieldset>
  );
}
