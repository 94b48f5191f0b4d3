/**
 * What a badge below a tracked cell says, in a line and in words for a screen reader.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellItem } from '../records';
import { number } from '../state/format';

/** The parts of a badge. */
export interface BadgeText {
  /** `run 42` */
  run: string;
  /** `acc 0.97`, empty without a metric. */
  metric: string;
  /** `▲ 0.01`, empty where there is no run before, or no change. */
  change: string;
  trend: 'better' | 'worse' | '';
  /** All of it in words. */
  label: string;
}

/** The parts of the badge of a cell. */
export function badgeText(item: CellItem, trans: TranslationBundle): BadgeText {
  const run = trans.__('run %1', item.run_count);
  const state = stateOf(item.status, trans);
  const metric = item.metric !== null ? `${item.metric} ${number(item.value)}` : '';
  const change = changeOf(item);
  const trend = item.is_better === null ? '' : item.is_better ? 'better' : 'worse';
  const told = [trans.__('Run %1 of this cell, %2', item.run_count, item.run_name), state, metric];
  if (change) {
    told.push(trans.__('%1 against the run before', change));
  }
  if (trend) {
    told.push(trend === 'better' ? trans.__('better') : trans.__('worse'));
  }
  const label = trans.__('%1: open the run', told.filter(Boolean).join(', '));
  return { run: state ? `${run} · ${state}` : run, metric, change, trend, label };
}

/** How the metric moved since the run before. */
export function changeOf(item: CellItem): string {
  const { value, previous } = item;
  if (typeof value !== 'number' || typeof previous !== 'number' || value === previous) {
    return '';
  }
  return `${value > previous ? '▲' : '▼'} ${number(Number(Math.abs(value - previous).toPrecision(3)))}`;
}

function stateOf(status: string, trans: TranslationBundle): string {
  const told: Record<string, string> = {
    RUNNING: trans.__('running'),
    SCHEDULED: trans.__('waiting'),
    FAILED: trans.__('failed'),
    KILLED: trans.__('stopped')
  };
  return told[status] ?? '';
}
