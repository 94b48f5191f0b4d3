/**
 * Numbers as axes and file lists show them; those of tables are in `state/format.ts`.
 */

/** Neighbouring ticks of a deep zoom differ in the sixth digit. */
const DIGITS = 7;

/**
 * A tick's value, short where it is round.
 */
export function tickNumber(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e7)
      ? value
          .toExponential(3)
          .replace(/\.?0+e/, 'e')
          .replace('e+', 'e')
      : String(Number(value.toPrecision(DIGITS)));
  return text.replace(/-/g, '−');
}

/**
 * A time on a clock axis, in the reader's own zone.
 */
export function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString();
}

/**
 * The size of a file: `812 B`, `1.4 MB`.
 */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit ? Number(size.toPrecision(3)) : size} ${units[unit]}`;
}
