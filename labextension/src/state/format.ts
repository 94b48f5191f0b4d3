/**
 * How numbers, times and durations are written in narrow columns.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/** A metric as people read it: four digits that matter, no tail of zeros. */
export function number(value: number | string | null | undefined): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'string') {
    return value === 'Infinity' ? '∞' : value === '-Infinity' ? '−∞' : value;
  }
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  }
  if (Number.isInteger(value) && Math.abs(value) < 1e9) {
    return String(value).replace('-', '−');
  }
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(3) : value.toPrecision(4);
  return shortened(text).replace(/-(?=\d)/g, '−');
}

function shortened(text: string): string {
  const [digits = '', exponent] = text.split('e');
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return exponent ? `${short}e${exponent.replace('+', '')}` : short;
}

/** How long something took: `12 ms`, `0.4 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 100) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (milliseconds < 9950) {
    return `${Number((milliseconds / 1000).toFixed(1))} s`;
  }
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const UNITS: [number, Intl.RelativeTimeFormatUnitSingular][] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [7, 'day'],
  [4.348, 'week'],
  [12, 'month'],
  [Infinity, 'year']
];

/** Makers of formats by what they are for; making one takes longer than all else of a row. */
const formats = new Map<string, Intl.NumberFormat | Intl.RelativeTimeFormat>();

function kept<F extends Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: () => F
): F {
  const known = formats.get(name) as F | undefined;
  const format = known ?? make();
  formats.set(name, format);
  return format;
}

/** How long ago a moment was, in its greatest unit; null for no moment. */
function passed(
  time: number | null,
  now: number
): { amount: number; unit: Intl.RelativeTimeFormatUnitSingular } | null {
  if (time === null) {
    return null;
  }
  let amount = Math.max(0, now - time) / 1000;
  for (const [size, unit] of UNITS) {
    if (amount < size) {
      return { amount: Math.floor(amount), unit };
    }
    amount /= size;
  }
  return null;
}

/** How old something is, in a few letters: `5s`, `12m`, `3d`. */
export function age(time: number | null, now: number, locale = 'en'): string {
  const found = passed(time, now);
  if (!found) {
    return '';
  }
  const { amount, unit } = found;
  const make = (): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' });
  return kept(`age:${locale}:${unit}`, make).format(amount);
}

/** How long ago something was, in a few words: `now`, `5m ago`. */
export function ago(time: number | null, now: number, locale = 'en'): string {
  const found = passed(time, now);
  if (!found) {
    return '';
  }
  const { amount, unit } = found;
  const make = (): Intl.RelativeTimeFormat =>
    new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
  const isNow = unit === 'second' && amount < 5;
  return kept(`ago:${locale}`, make).format(isNow ? 0 : -amount, unit);
}

/** A moment in full, for a hint. */
export function moment(time: number | null, locale?: string): string {
  return time === null ? '' : new Date(time).toLocaleString(locale);
}

/** The last part of a column's full name: `metrics.acc` is `acc`. */
export function columnTitle(column: string, trans?: TranslationBundle): string {
  const known: Record<string, string> = trans
    ? { duration_seconds: trans.__('Duration'), start_time: trans.__('Started') }
    : {};
  return (
    known[column] ??
    column.replace(/^(metrics|params|tags|attributes)\./, '').replace(/^[`"](.*)[`"]$/, '$1')
  );
}
