/**
 * Experiments as a list: a name opens its runs, buttons rename and delete it; below it, opened,
 * stands what is written about it.
 */
import {
  addIcon,
  caretDownIcon,
  caretRightIcon,
  deleteIcon,
  editIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useState } from 'react';

import type { ExperimentItem } from '../records';
import { fitting, isFilter, ownTags } from '../state/experiment_search';
import { ago, moment } from '../state/format';
import { ExperimentDetails, type ExperimentWriting } from './experiment_details';
import type { IRender } from './rendered';

/** From so many experiments on there is a field to search in. */
const MANY = 8;

/** So many tags are shown of an experiment that is not opened. */
const SHOWN_TAGS = 3;

/** The experiment that always is there; it has the runs that name none. */
const DEFAULT = '0';

interface ExperimentListProps {
  trans: TranslationBundle;
  /** Whether there is a store to list them of. */
  isOpen: boolean;
  /** Null while they are not known. */
  items: readonly ExperimentItem[] | null;
  trouble: string | null;
  /** What is asked of the server, and why it cannot be. */
  filter: string;
  filterTrouble: string | null;
  isReadOnly: boolean;
  now: number;
  render: IRender;
  writing: ExperimentWriting;
  onFilter(filter: string): void;
  onOpen(item: ExperimentItem): void;
  onCreate(): void;
  onRename(item: ExperimentItem): void;
  onDelete(item: ExperimentItem): void;
}

export function ExperimentList(props: ExperimentListProps): ReactElement {
  const { trans, items, trouble, isOpen } = props;
  const [search, setSearch] = useState('');
  const found = isFilter(search) ? (items ?? []) : fitting(items ?? [], search);
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
      {isSearched(props, search) ? (
        <Search {...props} search={search} onSearch={setSearch} />
      ) : null}
      <ul aria-label={trans.__('Experiments')}>
        {found.map(item => (
          <ExperimentRow key={item.experiment_id} item={item} {...props} />
        ))}
      </ul>
      {(search || props.filter) && items && found.length === 0 ? (
        <div className="nbtrack-Empty">{trans.__('No experiment fits the search.')}</div>
      ) : null}
      {items === null && !trouble ? (
        <div className="nbtrack-Empty">{trans.__('Looking for experiments…')}</div>
      ) : null}
      {props.isReadOnly ? null : (
        <button className="jp-mod-styled jp-mod-minimal nbtrack-New" onClick={props.onCreate}>
          <addIcon.react tag="span" className="nbtrack-Icon" />
          {trans.__('New experiment')}
        </button>
      )}
    </div>
  );
}

/** Whether there is enough to search in. */
function isSearched({ items, filter }: ExperimentListProps, search: string): boolean {
  const all = items ?? [];
  return (
    all.length >= MANY ||
    search !== '' ||
    filter !== '' ||
    all.some(it => ownTags(it.tags).length > 0)
  );
}

/** Words narrow the list at once; a filter is asked of the server by Enter. */
function Search(
  props: ExperimentListProps & { search: string; onSearch(search: string): void }
): ReactElement {
  const { trans, search, onSearch, filter, onFilter, filterTrouble } = props;
  const isWaiting = isFilter(search) && search.trim() !== filter;
  return (
    <form
      role="search"
      aria-label={trans.__('Experiments')}
      onSubmit={event => {
        event.preventDefault();
        onFilter(isFilter(search) ? search.trim() : '');
      }}
    >
      <input
        className="jp-mod-styled"
        type="search"
        placeholder={trans.__("Search, or tags.team = 'a'")}
        aria-label={trans.__('Search experiments')}
        aria-invalid={filterTrouble !== null}
        value={search}
        onChange={event => {
          onSearch(event.target.value);
          if (filter !== '' && !isFilter(event.target.value)) {
            onFilter('');
          }
        }}
      />
      {filterTrouble ? (
        <div className="nbtrack-Trouble" role="alert">
          {filterTrouble}
        </div>
      ) : isWaiting ? (
        <div className="nbtrack-Hint">{trans.__('Enter asks for these experiments.')}</div>
      ) : null}
    </form>
  );
}

function ExperimentRow(props: ExperimentListProps & { item: ExperimentItem }): ReactElement {
  const { item, trans, now, onOpen, onRename, onDelete } = props;
  const { name, run_count, last_update_time } = item;
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <div className="nbtrack-Experiment">
        <button
          className="nbtrack-Act"
          aria-expanded={isOpen}
          aria-label={trans.__('Description and tags of %1', name)}
          title={trans.__('Description and tags of %1', name)}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? (
            <caretDownIcon.react tag="span" className="nbtrack-Icon" />
          ) : (
            <caretRightIcon.react tag="span" className="nbtrack-Icon" />
          )}
        </button>
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
        {item.experiment_id === DEFAULT || props.isReadOnly ? null : (
          <span className="nbtrack-Acts">
            <Act
              icon={editIcon}
              title={trans.__('Rename %1', name)}
              onClick={() => onRename(item)}
            />
            <Act
              icon={deleteIcon}
              title={trans.__('Delete %1', name)}
              onClick={() => onDelete(item)}
            />
          </span>
        )}
      </div>
      {isOpen ? <ExperimentDetails {...props} /> : <Glance item={item} />}
    </li>
  );
}

/** The first words of what is written about an experiment. */
function Glance({ item }: { item: ExperimentItem }): ReactElement | null {
  const tags = ownTags(item.tags);
  const words = item.description
    .split('\n')
    .map(it => it.replace(/^[#>*\s-]+|[*`]/g, '').trim())
    .find(Boolean);
  if (!words && tags.length === 0) {
    return null;
  }
  return (
    <div className="nbtrack-Glance">
      {tags.slice(0, SHOWN_TAGS).map(([key, value]) => (
        <span key={key} className="nbtrack-Chip" title={value ? `${key}: ${value}` : key}>
          {value ? `${key}: ${value}` : key}
        </span>
      ))}
      {tags.length > SHOWN_TAGS ? <span>+{tags.length - SHOWN_TAGS}</span> : null}
      {words ? <span className="nbtrack-Glance-text">{words}</span> : null}
    </div>
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
