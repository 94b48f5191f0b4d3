/**
 * One line of the list of runs: a run, or the place of a row that is under way.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { memo, type MouseEvent, type ReactElement } from 'react';

import type { RunRow } from '../records';
import { age, duration, moment, number } from '../state/format';
import { Sparkline } from './sparkline';
import { StatusIcon, statusName } from './status_icon';

/** What a line needs besides what it shows. */
export interface LineProps {
  id: string;
  top: number;
  index: number;
  template: string;
  isFocus: boolean;
  trans: TranslationBundle;
}

interface RunLineProps extends LineProps {
  row: RunRow;
  columns: readonly string[];
  isSelected: boolean;
  depth: number;
  /** Its depth as it is said; of lists without groups there is none. */
  level: number | undefined;
  family: { size: number; isOpen: boolean } | undefined;
  now: number;
  onPick(row: RunRow, event: MouseEvent): void;
  onOpen(row: RunRow): void;
  onFold(key: string): void;
}

/** The value of a column; durations are written as people say them. */
function valueOf(row: RunRow, column: string): string {
  const value = row.values[column];
  return column === 'duration_seconds' && typeof value === 'number'
    ? duration(value * 1000)
    : number(value);
}

/** The value as it was logged, where the column may be too narrow for it. */
function wholeOf(row: RunRow, column: string): string {
  const value = row.values[column] ?? null;
  return value === null ? '' : `${column}: ${String(value)}`;
}

/** What is said of a run where there is room. */
function hintOf(row: RunRow, trans: TranslationBundle): string {
  const took =
    row.start_time !== null && row.end_time !== null ? duration(row.end_time - row.start_time) : '';
  const facts = [
    row.run_name,
    statusName(row.status, trans) + (took ? `, ${took}` : ''),
    moment(row.start_time),
    row.notebook ?? '',
    row.user_id ?? ''
  ];
  return facts.filter(it => it !== '').join('\n');
}

export function lineClasses(isFocus: boolean, isSelected: boolean): string {
  return `nbtrack-Line${isFocus ? ' nbtrack-mod-focus' : ''}${isSelected ? ' jp-mod-selected' : ''}`;
}

/** A run as a row of the grid. */
export const RunLine = memo(function RunLine(props: RunLineProps): ReactElement {
  const { row, trans, columns, family } = props;
  const fold = trans.__('Children of %1', row.run_name);
  return (
    // The keys of rows are those of the grid, which has the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      id={props.id}
      tabIndex={-1}
      aria-level={props.level}
      aria-rowindex={props.index + 2}
      aria-selected={props.isSelected}
      className={lineClasses(props.isFocus, props.isSelected)}
      style={{ top: props.top, gridTemplateColumns: props.template }}
      data-run-id={row.run_id}
      onMouseEnter={event => {
        event.currentTarget.title = hintOf(row, trans);
      }}
      onClick={event => props.onPick(row, event)}
      onContextMenu={event => props.onPick(row, event)}
      onDoubleClick={() => props.onOpen(row)}
    >
      <span role="gridcell">
        <StatusIcon status={row.status} trans={trans} />
      </span>
      <span role="gridcell" className="nbtrack-Name" style={{ paddingLeft: props.depth * 12 }}>
        {family ? (
          <Fold label={fold} isOpen={family.isOpen} onFold={() => props.onFold(row.run_id)} />
        ) : null}
        {row.run_name}
      </span>
      {columns.map(column => (
        <span role="gridcell" key={column} className="nbtrack-Value" title={wholeOf(row, column)}>
          {valueOf(row, column)}
        </span>
      ))}
      <span role="gridcell">
        <Sparkline points={row.curve} />
      </span>
      <span role="gridcell" className="nbtrack-Age">
        {age(row.start_time, props.now)}
      </span>
    </div>
  );
});

/** The button that opens and closes what is below a line. */
export function Fold(props: { label: string; isOpen: boolean; onFold(): void }): ReactElement {
  return (
    <button
      className="nbtrack-Fold"
      tabIndex={-1}
      aria-label={props.label}
      aria-expanded={props.isOpen}
      onClick={event => {
        event.stopPropagation();
        props.onFold();
      }}
    >
      {props.isOpen ? '▾' : '▸'}
    </button>
  );
}

/** The place of a row that was asked for. */
export function EmptyLine({
  id,
  top,
  index
}: Pick<LineProps, 'id' | 'top' | 'index'>): ReactElement {
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-busy="true"
      className="nbtrack-Line nbtrack-mod-waiting"
      style={{ top }}
    >
      <span role="gridcell" />
    </div>
  );
}
