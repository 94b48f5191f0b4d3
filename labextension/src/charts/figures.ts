/**
 * Numbers as people read them: on axes, in tables, in read-outs.
 */

const DIGITS = 5;

/**
 * A number in at most some five digits; texts (`NaN`) stay, nothing is a dash.
 */
export function shortNumber(value: number | string | null): string {
  if (value === null) {
    return '–';
  }
  if (typeof value === 'string' || !Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return value.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', 'e');
  }
  if (Number.isInteger(value)) {
    return String(value);
  }
  return String(Number(value.toPrecision(DIGITS)));
}

/**
 * A time on a clock axis, in the reader's own zone.
 */
export function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString();
}

/**
 * A length of time: `0.25 s`, `42 s`, `3 min 5 s`, `2 h 10 min`.
 */
export function duration(seconds: number): string {
  if (seconds < 10) {
    return `${Number(seconds.toPrecision(2))} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
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
