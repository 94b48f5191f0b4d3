/**
 * What is told of models and versions: which fit a filter, which metrics come first, what places
 * and gates can be named.
 */
import type { ModelItem, MoveItem, VersionItem } from '../records';

/** Stages of MLflow that a version can be put in. */
export const STAGES: readonly string[] = ['Staging', 'Production', 'Archived'];

/** How metrics begin that were found without code: they come last. */
const FOUND = ['training_', 'system/'];

/** The models that have all words of a filter in their name, aliases or tags. */
export function modelsWhere(models: readonly ModelItem[], filter: string): ModelItem[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(model => {
    const tags = Object.entries(model.tags).map(([key, value]) => `${key}=${value}`);
    const text = [model.name, ...Object.keys(model.aliases), ...tags].join('\n').toLowerCase();
    return wanted.every(it => text.includes(it));
  });
}

/** The metrics of a version, those that somebody chose to log first. */
export function metricsOf(version: VersionItem): [string, number | string][] {
  const isFound = (key: string): number => Number(FOUND.some(it => key.startsWith(it)));
  return Object.entries(version.metrics).sort(
    ([a], [b]) => isFound(a) - isFound(b) || a.localeCompare(b)
  );
}

/** Where a version may be promoted to: the aliases there are, usual ones, stages. */
export function placesOf(aliases: readonly string[]): string[] {
  return [...new Set([...aliases, 'champion', 'challenger', ...STAGES])];
}

/** Gates that can be asked of a version, as texts; its metrics with the value that it has. */
export function gatesFor(version: VersionItem | undefined): string[] {
  const metrics = version ? metricsOf(version) : [];
  const thresholds = metrics
    .filter((it): it is [string, number] => typeof it[1] === 'number')
    .map(([key, value]) => `${key} >= ${Number(value.toPrecision(3))}`);
  const better = metrics.map(([key]) => `better than current in ${key}`);
  return [
    ...thresholds,
    ...better,
    'better than current',
    'same schema',
    'smoke prediction',
    'approved'
  ];
}

/** The aliases and stages that were moved from one version to another, so that they can go back. */
export function placesToRollBack(moves: readonly MoveItem[], aliases: readonly string[]): string[] {
  const moved = new Set(moves.filter(it => it.before !== null).map(it => it.place));
  return aliases.filter(it => moved.has(it));
}
