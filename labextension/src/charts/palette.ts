/**
 * How lines of runs are told apart: a colour, then a dash.
 */

/** Colours that people who see few colours can tell apart too; `style/documents.css` says which. */
export const COLOURS = 8;

/** With more runs than colours, the dash says which round it is. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3'];

/** How a line is drawn. */
export interface IStroke {
  readonly colour: string;
  readonly dash: string;
}

/**
 * The stroke of a place in the palette; 32 places differ.
 */
export function strokeOf(slot: number): IStroke {
  const round = Math.floor(slot / COLOURS) % DASHES.length;
  return {
    colour: `var(--nbtrack-series-${slot % COLOURS})`,
    dash: DASHES[round] ?? ''
  };
}
