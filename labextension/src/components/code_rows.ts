/**
 * Lines of a difference, laid out for reading: side by side, and without long equal stretches.
 */
import type { CodeLine } from '../records';

/** Equal lines that are kept around a change. */
const AROUND = 3;

/** A line with its number on each side; null where that side has no such line. */
export interface INumberedLine {
  readonly sign: CodeLine['sign'];
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Two lines beside each other. */
export interface ICodePair {
  readonly before: INumberedLine | null;
  readonly after: INumberedLine | null;
}

/** Equal lines that are left out. */
export interface ISkipped {
  readonly skipped: number;
}

/**
 * Give each line its number before and after.
 */
export function numbered(lines: readonly CodeLine[]): INumberedLine[] {
  let before = 0;
  let after = 0;
  return lines.map(({ sign, text }) => {
    before += sign === '+' ? 0 : 1;
    after += sign === '-' ? 0 : 1;
    return {
      sign,
      text,
      before: sign === '+' ? null : before,
      after: sign === '-' ? null : after
    };
  });
}

/**
 * What was taken away beside what was added in its place.
 */
export function sideBySide(lines: readonly INumberedLine[]): ICodePair[] {
  const pairs: ICodePair[] = [];
  let gone: INumberedLine[] = [];
  let come: INumberedLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(gone.length, come.length); index += 1) {
      pairs.push({ before: gone[index] ?? null, after: come[index] ?? null });
    }
    gone = [];
    come = [];
  };
  for (const line of lines) {
    if (line.sign === '-') {
      gone.push(line);
    } else if (line.sign === '+') {
      come.push(line);
    } else {
      flush();
      pairs.push({ before: line, after: line });
    }
  }
  flush();
  return pairs;
}

/**
 * Leave out equal rows that are far from any change.
 */
export function folded<T>(rows: readonly T[], isEqual: (row: T) => boolean): (T | ISkipped)[] {
  const changes = rows.flatMap((row, index) => (isEqual(row) ? [] : [index]));
  const isNear = new Set(
    changes.flatMap(index =>
      Array.from({ length: AROUND * 2 + 1 }, (_, shift) => index + shift - AROUND)
    )
  );
  const shown: (T | ISkipped)[] = [];
  let skipped = 0;
  const flush = () => {
    if (skipped) {
      shown.push({ skipped });
    }
    skipped = 0;
  };
  rows.forEach((row, index) => {
    if (isNear.has(index)) {
      flush();
      shown.push(row);
    } else {
      skipped += 1;
    }
  });
  flush();
  return shown;
}

/**
 * Whether a row stands for lines left out.
 */
export function isSkipped(row: object): row is ISkipped {
  return 'skipped' in row;
}
