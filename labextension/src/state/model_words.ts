/**
 * What is told of models and versions: which fit a filter, which metrics come first, what places
 * and gates can be named.
 */
import type { ModelItem, ModelReply, MoveItem, VersionItem } from '../records';

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

/** What promotions left in the tags of a version, and the tags that people set. */
export interface PromotionTags {
  /** Milliseconds since the epoch. */
  promotedAt: number | null;
  passed: boolean | null;
  measured: [string, string][];
  others: Record<string, string>;
}

/** Tags of a version, told apart. */
export function promotionTags(tags: Readonly<Record<string, string>>): PromotionTags {
  const found: PromotionTags = { promotedAt: null, passed: null, measured: [], others: {} };
  for (const [key, value] of Object.entries(tags)) {
    const moment = key === 'promoted_at' ? Date.parse(value) : NaN;
    const isFigure = key.startsWith('validation_') && value !== '' && !isNaN(Number(value));
    if (!isNaN(moment)) {
      found.promotedAt = moment;
    } else if (key === 'validation_passed' && /^(true|false)$/i.test(value)) {
      found.passed = value.toLowerCase() === 'true';
    } else if (isFigure) {
      found.measured.push([key.slice('validation_'.length), value]);
    } else {
      found.others[key] = value;
    }
  }
  return found;
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

/** An alias or a stage, the version that has it, and whether another had it before. */
export interface Holder {
  place: string;
  version: string;
  canGoBack: boolean;
}

/** The aliases and stages of a model that versions have. */
export function holdersOf({ model, versions, moves }: ModelReply): Holder[] {
  const moved = new Set(moves.filter(it => it.before !== null).flatMap(it => placesIn(it)));
  const staged = STAGES.filter(it => it !== 'Archived').flatMap((stage): [string, string][] => {
    const version = versions.find(it => it.current_stage === stage);
    return version ? [[stage, version.version]] : [];
  });
  return [...Object.entries(model.aliases), ...staged].map(([place, version]) => ({
    place,
    version,
    canGoBack: moved.has(place)
  }));
}

/** The places of a move, which may be an alias and a stage at once: `@champion and Production`. */
function placesIn(move: MoveItem): string[] {
  return move.place.split(' and ').map(it => it.replace(/^@/, ''));
}
