/**
 * Experiments as a list: a name opens its runs, buttons rename and delete it.
 */
import { addIcon, deleteIcon, editIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useState } from 'react';

import type { ExperimentItem } from '../records';
import { fitting } from '../state/experiment_search';
import { ago, moment } from '../state/format';

/** From so many experiments on there is a field to search in. */
const MANY = 8;

/** The experiment that always is there; it has the runs that name none. */
const DEFAULT = '0';

interface ExperimentListProps {
  trans: TranslationBundle;
  /** Whether there is a store to list them of. */
  isOpen: boolean;
  /** Null while they are not known. */
  items: readonly ExperimentItem[] | null;
  trouble: string | null;
  now: number;
  onOpen(item: ExperimentItem): void;
  onCreate(): void;
  onRename(item: ExperimentItem): void;
  onDelete(item: ExperimentItem): void;
}

export function ExperimentList(props: ExperimentListProps): ReactElement {
  const { trans, items, trouble, isOpen } = props;
  const [search, setSearch] = useState('');
  const found = fitting(items ?? [], search);
  if (!isOpen) {
    return <div className="nbtrack-Empty">{trans.__('Nothing was tracked here yet.')}</div>;
  }
  return (
    <div className="nbtrack-Experiments">
      {trouble ? (
        <div className="nbtrack-Trouble" role="alert">
          {trouble}
        </div>
      ) : null}
      {(items?.length ?? 0) >= MANY ? (
        <input
          className="jp-mod-styled"
          type="search"
          placeholder={trans.__('Search experiments')}
          aria-label={trans.__('Search experiments')}
          value={search}
          onChange={event => setSearch(event.target.value)}
        />
      ) : null}
      <ul aria-label={trans.__('Experiments')}>
        {found.map(item => (
          <ExperimentRow key={item.experiment_id} item={item} {...props} />
        ))}
      </ul>
      {search && found.length === 0 ? (
        <div className="nbtrack-Empty">{trans.__('No experiment fits the search.')}</div>
      ) : null}
      {items === null && !trouble ? (
        <div className="nbtrack-Empty">{trans.__('Looking for experiments…')}</div>
      ) : null}
      <button className="jp-mod-styled jp-mod-minimal nbtrack-New" onClick={props.onCreate}>
        <addIcon.react tag="span" className="nbtrack-Icon" />
        {trans.__('New experiment')}
      </button>
    </div>
  );
}

function ExperimentRow({
  item,
  trans,
  now,
  onOpen,
  onRename,
  onDelete
}: ExperimentListProps & { item: ExperimentItem }): ReactElement {
  const { name, run_count, last_update_time } = item;
  return (
    <li className="nbtrack-Experiment">
      <button
        className="nbtrack-Name"
        title={trans.__('Show the runs of %1', name)}
        onClick={() => onOpen(item)}
      >
        {name}
      </button>
      <span className="nbtrack-Count">{trans._n('%1 run', '%1 runs', run_count)}</span>
      <span className="nbtrack-Age" title={moment(last_update_time)}>
        {ago(last_update_time, now)}
      </span>
      {item.experiment_id === DEFAULT ? null : (
        <span className="nbtrack-Acts">
          <Act icon={editIcon} title={trans.__('Rename %1', name)} onClick={() => onRename(item)} />
          <Act
            icon={deleteIcon}
            title={trans.__('Delete %1', name)}
            onClick={() => onDelete(item)}
          />
        </span>
      )}
    </li>
  );
}

interface ActProps {
  icon: LabIcon;
  title: string;
  onClick(): void;
}

function Act({ icon, title, onClick }: ActProps): ReactElement {
  return (
    <button className="nbtrack-Act" title={title} aria-label={title} onClick={onClick}>
      <icon.react tag="span" className="nbtrack-Icon" />
    </button>
  );
}
