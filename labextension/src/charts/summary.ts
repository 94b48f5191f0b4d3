/**
 * What a chart shows, in words, for those who do not see it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { number } from '../state/format';
import { extent, type ISeries } from './series';

/** Beyond this many lines a text is no help any more. */
const TOLD = 6;

/**
 * The course of each line: where it begins, ends, and its lowest and highest value.
 */
export function lineSummary(
  title: string,
  series: readonly ISeries[],
  trans: TranslationBundle
): string {
  if (!series.length) {
    return trans.__('%1: no points yet', title);
  }
  const told = series.slice(0, TOLD).map(line => courseOf(line, trans));
  if (series.length > TOLD) {
    told.push(trans.__('and %1 more runs', series.length - TOLD));
  }
  return `${title}. ${told.join('; ')}`;
}

function courseOf(line: ISeries, trans: TranslationBundle): string {
  const span = extent(line.y);
  if (!span) {
    return trans.__('%1: no finite value', line.label);
  }
  return trans.__(
    '%1: from %2 to %3, lowest %4, highest %5',
    line.label,
    number(line.y[0] ?? null),
    number(line.y[line.y.length - 1] ?? null),
    number(span[0]),
    number(span[1])
  );
}
