/**
 * Columns of runs as upright axes of a parallel-coordinates chart.
 */
import { scaleOf, widened, type IScale, type Span } from './scale';
import { extent, numberOf } from './series';

/** A value of a run in a column. */
export type CellValue = number | string | null;

/** A column and what each run has in it, in the order of the runs. */
export interface IColumn {
  readonly name: string;
  readonly values: readonly CellValue[];
}

/** An upright axis. */
export interface IParallelAxis {
  readonly name: string;
  /** Labels with their places; of numbers the ends of what there is come first. */
  readonly ticks: readonly { readonly label: string; readonly at: number }[];
  /** The place of each run; null where it has no value. */
  readonly places: readonly (number | null)[];
}

/** Positive values that reach over more than this are spread by their powers. */
const WIDE = 100;
/** The height of a label: nearer ones would cover each other. */
const LINE = 14;
/** More labels than this would run into each other. */
const LABELS = 12;

/**
 * An axis between two heights: of numbers where all are numbers, else of texts.
 */
export function parallelAxis(
  column: IColumn,
  heights: Span,
  label: (value: number) => string
): IParallelAxis {
  const numbers = column.values.map(value => (isBlank(value) ? NaN : numberOf(value)));
  const isNumeric = column.values.every(
    (value, index) => isBlank(value) || Number.isFinite(numbers[index]) || isNoNumber(value)
  );
  const span = isNumeric ? extent(numbers) : null;
  return span
    ? numberAxis(column.name, numbers, span, { heights, label })
    : textAxis(column, heights);
}

function numberAxis(
  name: string,
  numbers: readonly number[],
  span: Span,
  drawn: { heights: Span; label: (value: number) => string }
): IParallelAxis {
  const kind = span[0] > 0 && span[1] / span[0] >= WIDE ? 'log' : 'linear';
  const scale: IScale = scaleOf(kind, widened(span, kind), drawn.heights);
  const ends = [...new Set(span)];
  const between = scale
    .ticks(5)
    .filter(tick => ends.every(end => Math.abs(scale.at(tick) - scale.at(end)) > LINE));
  return {
    name,
    ticks: [...ends, ...between].map(value => ({
      label: drawn.label(value),
      at: scale.at(value)
    })),
    places: numbers.map(value => (Number.isFinite(value) ? scale.at(value) : null))
  };
}

function textAxis(column: IColumn, heights: Span): IParallelAxis {
  const texts = column.values.map(value => (isBlank(value) ? null : String(value)));
  const known = [...new Set(texts.filter(text => text !== null))].sort((one, two) =>
    one.localeCompare(two, undefined, { numeric: true })
  );
  const scale = scaleOf('linear', [-0.5, Math.max(known.length, 1) - 0.5], heights);
  const stride = Math.ceil(known.length / LABELS);
  return {
    name: column.name,
    ticks: known
      .map((text, index) => ({ label: text, at: scale.at(index) }))
      .filter((_, index) => index % stride === 0),
    places: texts.map(text => (text === null ? null : scale.at(known.indexOf(text))))
  };
}

/**
 * Names short enough to stand over their axes: long ones lose the beginning that they share.
 */
export function axisTitles(names: readonly string[], letters: number): string[] {
  const plain = names.map(name => name.replace(/^(params|metrics)\./, ''));
  const long = plain.filter(name => name.length > letters);
  let shared = 0;
  while (
    long.length > 1 &&
    long.every(name => name[shared] && name[shared] === long[0]?.[shared])
  ) {
    shared += 1;
  }
  return plain.map(name => {
    if (name.length <= letters) {
      return name;
    }
    return shortened(shared ? `…${name.slice(shared)}` : name, letters);
  });
}

/**
 * A text with at most so many letters.
 */
export function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

/**
 * The runs that have a place inside each brushed span of heights.
 */
export function brushed(
  axes: readonly IParallelAxis[],
  brushes: ReadonlyMap<string, Span>,
  runs: number
): boolean[] {
  return Array.from({ length: runs }, (_, run) =>
    axes.every(axis => {
      const brush = brushes.get(axis.name);
      const place = axis.places[run] ?? null;
      return !brush || (place !== null && place >= brush[0] && place <= brush[1]);
    })
  );
}

/** What a metric may be that no axis has a place for. */
function isNoNumber(value: CellValue): boolean {
  return ['NaN', 'Infinity', '-Infinity'].includes(String(value));
}

function isBlank(value: CellValue): boolean {
  return value === null || value === '';
}
