/**
 * Comma-separated values: written for downloads, read for previews.
 */
import type { ISeries } from './series';

/**
 * Rows as text, quoted where needed.
 */
export function csvText(rows: readonly (readonly unknown[])[]): string {
  return rows.map(row => row.map(quoted).join(',') + '\r\n').join('');
}

/**
 * The points of lines: one row a point, as `run_id, run_name, x, value`.
 */
export function seriesCsv(series: readonly ISeries[], across: string): string {
  const rows: unknown[][] = [['run_id', 'run_name', across, 'value']];
  for (const line of series) {
    line.x.forEach((x, index) => rows.push([line.id, line.label, x, line.y[index] ?? NaN]));
  }
  return csvText(rows);
}

/**
 * The first rows of a text; quotes may hold separators and newlines.
 */
export function csvRows(text: string, separator: string, limit: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    cell = '';
    if (row.length > 1 || row[0] !== '') {
      rows.push(row);
    }
    row = [];
  };
  for (let index = 0; index < text.length && rows.length < limit; index += 1) {
    const letter = text[index];
    if (isQuoted) {
      if (letter !== '"') {
        cell += letter;
      } else if (text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else {
        isQuoted = false;
      }
    } else if (letter === '"' && cell === '') {
      isQuoted = true;
    } else if (letter === separator) {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') {
      endRow();
    } else if (letter !== '\r') {
      cell += letter;
    }
  }
  if (rows.length < limit && (cell !== '' || row.length)) {
    endRow();
  }
  return rows;
}

function quoted(value: unknown): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
