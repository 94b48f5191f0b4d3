/**
 * The line of a group of runs: what they have in common, how many they are, their metrics.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { GroupItem } from '../records';
import { age, columnTitle, moment, number } from '../state/format';
import type { Grouping } from '../state/grouping';
import { Fold, lineClasses, type LineProps } from './run_row';

interface GroupLineProps extends LineProps {
  group: GroupItem;
  grouping: Grouping;
  columns: readonly string[];
  isOpen: boolean;
  now: number;
  onFold(): void;
}

/** What the runs of a group have in common, in a few words. */
export function groupTitle(
  { value, notebook }: Pick<GroupItem, 'value' | 'notebook'>,
  grouping: Grouping,
  trans: TranslationBundle
): string {
  if (grouping === 'cell') {
    const cell = value?.slice(0, 8);
    const file = notebook?.split('/').pop();
    return cell === undefined
      ? trans.__('No cell')
      : file
        ? trans.__('%1, cell %2', file, cell)
        : trans.__('Cell %1', cell);
  }
  const title = columnTitle(grouping, trans);
  return value === null ? trans.__('Without %1', title) : trans.__('%1: %2', title, value);
}

/** A heading over the runs of a group. */
export function GroupLine(props: GroupLineProps): ReactElement {
  const { group, grouping, columns, isOpen, trans, onFold } = props;
  const title = groupTitle(group, grouping, trans);
  const short = grouping === 'cell' ? title : (group.value ?? title);
  const first = columns.map(it => group.values[it]).find(it => it !== undefined);
  return (
    // The keys of rows are those of the grid, which has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      id={props.id}
      tabIndex={-1}
      aria-rowindex={props.index + 2}
      aria-level={1}
      aria-expanded={isOpen}
      data-group={group.key}
      className={`${lineClasses(props.isFocus, false)} nbtrack-mod-group`}
      style={{ top: props.top, gridTemplateColumns: props.template }}
      onClick={onFold}
    >
      <span role="gridcell" className="nbtrack-GroupTitle" title={title}>
        <Fold label={trans.__('Runs of %1', title)} isOpen={isOpen} onFold={onFold} />
        <span className="nbtrack-GroupName">{short}</span>
        <span className="nbtrack-Count">({group.size.toLocaleString()})</span>
      </span>
      {columns.map(column => (
        <Best key={column} column={column} group={group} trans={trans} />
      ))}
      <span
        role="gridcell"
        className="nbtrack-Age"
        title={first ? trans.__('Mean of %1', columnTitle(firstOf(props), trans)) : undefined}
      >
        {first ? `⌀ ${number(Number(first.mean.toPrecision(3)))}` : ''}
      </span>
      <span
        role="gridcell"
        className="nbtrack-Age"
        title={trans.__('Last run: %1', moment(group.last_time))}
      >
        {age(group.last_time, props.now)}
      </span>
    </div>
  );
}

/** The column of which the mean is shown. */
function firstOf({ group, columns }: GroupLineProps): string {
  return columns.find(it => group.values[it] !== undefined) ?? '';
}

/** The best value of a metric in a group. */
function Best(props: { column: string; group: GroupItem; trans: TranslationBundle }): ReactElement {
  const { column, group, trans } = props;
  const found = group.values[column];
  const said = found
    ? trans.__(
        'Best %1 of %2 runs: %3, mean: %4',
        columnTitle(column, trans),
        found.count,
        number(found.best),
        number(found.mean)
      )
    : undefined;
  return (
    <span role="gridcell" className="nbtrack-Value" title={said}>
      {found ? number(found.best) : ''}
    </span>
  );
}
