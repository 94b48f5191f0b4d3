/**
 * The line `%%track` at the head of a cell: whether it is there, and the edit that puts it there.
 */

/** What may stand above the line: comments, and magics that run the code below them. */
const ABOVE = /^(?:[ \t]*(?:#[^\n]*|%%(?:capture|prun|time|timeit)\b[^\n]*)?\n)*/;
const TRACK = /^[ \t]*%%track(?=\s|$)[^\n]*\n?/;

/** A piece of text to put in place of another. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Whether a cell is tracked. */
export function isTracked(source: string): boolean {
  return TRACK.test(source.slice(headOf(source)));
}

/** Puts `%%track` above the code of a cell, or takes it away where it is. */
export function toggleEdit(source: string): Edit {
  const start = headOf(source);
  const line = TRACK.exec(source.slice(start))?.[0];
  return line === undefined
    ? { start: 0, end: 0, text: '%%track\n' }
    : { start, end: start + line.length, text: '' };
}

function headOf(source: string): number {
  return ABOVE.exec(source)?.[0].length ?? 0;
}
