/**
 * The list of runs as a grid: only the lines that are seen are in the page.
 */
import {
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';

import type { RunRow } from '../records';
import { columnTitle } from '../state/format';
import { visible } from '../state/paged_rows';
import { GroupLine } from './group_row';
import { keyOf, LINE_HEIGHT, pick, press, type RunTableProps } from './run_keys';
import { EmptyLine, RunLine } from './run_row';

/** Name and column by which the list can be ordered without choosing it as a column. */
const FIXED = { status: 'status', name: 'run_name', time: 'start_time' };

const VALUE = 54;
const CURVE = 42;
const AGE = 30;

/** Whether the columns need so much room that the list is scrolled sideways. */
const isWide = (columns: readonly string[]): boolean => columns.length > 1;

/** The least width of names: more where the list is scrolled anyway, and they stay in sight. */
function nameWidth(columns: readonly string[]): string {
  return isWide(columns) ? 'var(--nbtrack-name-width)' : '110px';
}

/** The columns of the grid; all lines have the same. A name has its room before the curve has. */
function templateOf(columns: readonly string[], hasCurves: boolean): string {
  const values = columns.map(() => `${VALUE}px `).join('');
  const curve = !hasCurves ? '0' : isWide(columns) ? `${CURVE}px` : `minmax(0, ${CURVE}px)`;
  return `16px minmax(${nameWidth(columns)}, 1fr) ${values}${curve} ${AGE}px`;
}

/** The least width of a line, with its gaps. */
function widthOf(columns: readonly string[], hasCurves: boolean): string {
  const curve = hasCurves && isWide(columns) ? CURVE : 0;
  const others = 16 + columns.length * VALUE + curve + AGE + 12 + 4 * (columns.length + 3);
  return `calc(${nameWidth(columns)} + ${others}px)`;
}

export function RunTable(props: RunTableProps): ReactElement {
  const { trans, total, lineAt, columns } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const range = useRange(scroller, total, props.onSee);
  useLayoutEffect(() => {
    if (scroller.current) {
      scroller.current.scrollTop = 0;
    }
  }, [props.question]);
  const now = useNow();
  const latest = useRef(props);
  latest.current = props;
  const onPick = useCallback(
    (row: RunRow, event: MouseEvent) => pick(latest.current, row, event),
    []
  );
  const focus = useFocusIndex(props, range);
  const indexes = Array.from(
    { length: Math.max(0, range.last - range.first + 1) },
    (_, i) => range.first + i
  );
  const hasCurves = useCurves(props, indexes);
  const template = useMemo(() => templateOf(columns, hasCurves), [columns, hasCurves]);
  return (
    <div
      ref={scroller}
      className={`nbtrack-RunTable${isWide(columns) ? ' nbtrack-mod-wide' : ''}`}
      role={props.grouping === 'none' ? 'grid' : 'treegrid'}
      tabIndex={0}
      aria-label={trans.__('Runs')}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 4}
      aria-multiselectable="true"
      aria-busy={props.isBusy}
      aria-activedescendant={focus >= 0 ? lineId(focus) : undefined}
      onKeyDown={event => press(props, event, focus, scroller.current)}
    >
      <div style={{ minWidth: widthOf(columns, hasCurves) }}>
        <Header {...props} template={template} />
        <div role="rowgroup" className="nbtrack-Lines" style={{ height: total * LINE_HEIGHT }}>
          {indexes.map(index => (
            <TableLine
              key={keyOf(lineAt(index)) ?? `waiting:${index}`}
              {...{ props, index, template, now, onPick }}
              isFocus={index === focus}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface TableLineProps {
  props: RunTableProps;
  index: number;
  template: string;
  now: number;
  isFocus: boolean;
  onPick(row: RunRow, event: MouseEvent): void;
}

function TableLine({ props, index, onPick, now, ...common }: TableLineProps): ReactElement {
  const { trans, columns, selection, onOpen, onFold } = props;
  const line = props.lineAt(index);
  const place = { id: lineId(index), top: index * LINE_HEIGHT, index };
  if (line === undefined) {
    return <EmptyLine {...place} />;
  }
  if (line.kind === 'group') {
    const { group, isOpen } = line;
    const { grouping } = props;
    return (
      <GroupLine
        {...{ ...place, ...common, trans, group, grouping, columns, isOpen, now }}
        onFold={() => onFold(line.key)}
      />
    );
  }
  const { row, depth, family } = line;
  const level = props.grouping === 'none' ? undefined : depth + 1;
  const isSelected = selection.ids.includes(row.run_id);
  return (
    <RunLine
      {...{
        ...place,
        ...common,
        trans,
        row,
        depth,
        level,
        columns,
        isSelected,
        now,
        onPick,
        onOpen,
        onFold
      }}
      family={family}
    />
  );
}

function lineId(index: number): string {
  return `nbtrack-run-${index}`;
}

/** The titles of the columns; each orders the list. */
function Header(props: RunTableProps & { template: string }): ReactElement {
  const { trans, columns } = props;
  const titles: [string, string][] = [
    [FIXED.status, ''],
    [FIXED.name, nameTitle(props)],
    ...columns.map((it): [string, string] => [it, columnTitle(it, trans)])
  ];
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="nbtrack-Header"
      style={{ gridTemplateColumns: props.template }}
    >
      {titles.map(([column, title]) => (
        <Title key={column} {...props} column={column} title={title} />
      ))}
      <span role="columnheader">
        <span className="nbtrack-VisuallyHidden">{trans.__('Curve')}</span>
      </span>
      <Title {...props} column={FIXED.time} title={trans.__('Age')} />
    </div>
  );
}

/** The title over names: what the runs are grouped by stands there too. */
function nameTitle({ grouping, trans }: RunTableProps): string {
  return ['none', 'cell', 'parent'].includes(grouping)
    ? trans.__('Run')
    : trans.__('%1, run', columnTitle(grouping, trans));
}

function Title(props: RunTableProps & { column: string; title: string }): ReactElement {
  const { order, column, title, trans } = props;
  const isOrder = order?.column === column;
  const direction = isOrder ? (order.isDescending ? 'descending' : 'ascending') : 'none';
  const sign = isOrder ? (order.isDescending ? ' ▾' : ' ▴') : '';
  const name = title || trans.__('Status');
  return (
    <span role="columnheader" aria-sort={direction}>
      <button
        title={trans.__('%1: order by it', column)}
        aria-label={name}
        onClick={() => props.onOrder(column)}
      >
        {title}
        {sign}
      </button>
    </span>
  );
}

/** The index of the line with the focus, when it is among those that are seen. */
function useFocusIndex(props: RunTableProps, range: { first: number; last: number }): number {
  for (let index = range.first; index <= range.last; index++) {
    if (props.selection.focus !== null && keyOf(props.lineAt(index)) === props.selection.focus) {
      return index;
    }
  }
  return -1;
}

/** The lines that are seen, as the list is scrolled and sized. */
function useRange(
  scroller: RefObject<HTMLDivElement>,
  total: number,
  onSee: (first: number, last: number) => void
): { first: number; last: number } {
  const [range, setRange] = useState({ first: 0, last: -1 });
  useLayoutEffect(() => {
    const node = scroller.current;
    if (!node) {
      return undefined;
    }
    const look = (): void => {
      const next = visible(node.scrollTop, node.clientHeight, LINE_HEIGHT, total);
      setRange(old => (old.first === next.first && old.last === next.last ? old : next));
    };
    const sized = new ResizeObserver(look);
    sized.observe(node);
    node.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sized.disconnect();
      node.removeEventListener('scroll', look);
    };
  }, [scroller, total]);
  useEffect(() => {
    if (range.last >= range.first) {
      onSee(range.first, range.last);
    }
  }, [range, onSee]);
  return range;
}

/** Whether there are curves among the lines, or were since another question was asked. */
function useCurves(props: RunTableProps, indexes: readonly number[]): boolean {
  const { grouping, lineAt, columns } = props;
  const question = `${props.question} ${columns[0]}`;
  const seen = useRef({ question, hasCurves: false });
  if (seen.current.question !== question) {
    seen.current = { question, hasCurves: false };
  }
  // the lines of groups have a mean in the place of a curve
  seen.current.hasCurves ||=
    grouping !== 'none' ||
    indexes.some(index => {
      const line = lineAt(index);
      return line?.kind === 'run' && line.row.curve.length > 1;
    });
  return seen.current.hasCurves;
}

/** The present, some seconds old at most, so that ages go on. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
