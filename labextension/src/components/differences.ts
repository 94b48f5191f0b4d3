/**
 * What differs between runs: rows of values, and which run is best by a metric.
 */
import { numberOf } from '../charts/series';
import type { RunReply } from '../records';

/** What a row is about. */
export type DifferenceGroup = 'run' | 'params' | 'metrics' | 'tags';

/** A row of the comparison, with a value for each run in their order. */
export interface IDifference {
  readonly group: DifferenceGroup;
  readonly key: string;
  readonly values: readonly (number | string | null)[];
  readonly differs: boolean;
  /** The runs with the best value; empty where best means nothing. */
  readonly best: readonly number[];
}

/** Whether more or less of a metric is better. */
export type Direction = 'higher' | 'lower';

/** Words in the names of metrics of which less is better. */
const LOWER =
  /(^|[^a-z])(loss|err|error|mse|rmse|mae|mape|msle|perplexity|latency|time|seconds|cost|inertia|brier|log_?loss|hamming|wer|cer|fid)([^a-z]|$)/i;

/** Metrics that say how a run was made, not how good it is. */
const NEITHER = /(^|[^a-z])(lr|learning_?rate|epoch|step|batch|n|count)([^a-z]|$)/i;

/**
 * Which direction of a metric is better, by its name: of a loss the lower one.
 */
export function directionOf(metric: string): Direction {
  return LOWER.test(metric) ? 'lower' : 'higher';
}

/**
 * All rows of some runs: about the run, params, metrics, tags.
 */
export function differences(runs: readonly RunReply[]): IDifference[] {
  const metrics = keysOf(runs.map(run => run.metrics.map(metric => metric.key)));
  return [
    row('run', 'status', runs, run => run.run.status),
    row('run', 'duration_seconds', runs, run => secondsOf(run)),
    row('run', 'user_id', runs, run => run.run.user_id),
    row('run', 'notebook', runs, run => run.run.notebook),
    row('run', 'git_commit', runs, run => run.git_commit),
    row('run', 'datasets', runs, datasetsOf),
    ...keysOf(runs.map(run => Object.keys(run.params))).map(key =>
      row('params', key, runs, run => run.params[key] ?? null)
    ),
    ...metrics.map(key => metricRow(key, runs)),
    ...keysOf(runs.map(run => Object.keys(run.tags)))
      .filter(key => !key.startsWith('mlflow.') && !key.startsWith('nbtrack.'))
      .map(key => row('tags', key, runs, run => run.tags[key] ?? null))
  ].filter(one => one.values.some(value => value !== null));
}

/**
 * The cells that the runs are of, to group by.
 */
export function cellRow(runs: readonly RunReply[]): IDifference {
  return row('run', 'cell', runs, run => run.run.cell_id?.slice(0, 8) ?? null);
}

/**
 * The places of the runs from the best by a metric to the worst; runs without it come last.
 */
export function ranking(runs: readonly RunReply[], metric: string, direction: Direction): number[] {
  const sign = direction === 'higher' ? -1 : 1;
  const rank = runs.map(run => {
    const value = numberOf(lastOf(run, metric));
    return Number.isNaN(value) ? Infinity : sign * value;
  });
  return runs
    .map((_, index) => index)
    .sort((one, two) =>
      rank[one] === rank[two] ? one - two : (rank[one] ?? 0) - (rank[two] ?? 0)
    );
}

/**
 * The last value of a metric of a run.
 */
export function lastOf(run: RunReply, key: string): number | string | null {
  return run.metrics.find(metric => metric.key === key)?.value ?? null;
}

/**
 * How long a run took, or has taken until now.
 */
export function secondsOf({ run }: RunReply): number | null {
  return run.start_time !== null && run.end_time !== null
    ? (run.end_time - run.start_time) / 1000
    : null;
}

function metricRow(key: string, runs: readonly RunReply[]): IDifference {
  const plain = row('metrics', key, runs, run => lastOf(run, key));
  const numbers = plain.values.map(numberOf).filter(value => !Number.isNaN(value));
  if (!plain.differs || numbers.length < 2 || NEITHER.test(key)) {
    return plain;
  }
  const wanted = directionOf(key) === 'higher' ? Math.max(...numbers) : Math.min(...numbers);
  const best = plain.values.flatMap((value, index) => (numberOf(value) === wanted ? [index] : []));
  return { ...plain, best };
}

function row(
  group: DifferenceGroup,
  key: string,
  runs: readonly RunReply[],
  value: (run: RunReply) => number | string | null
): IDifference {
  const values = runs.map(value);
  const differs = values.some(one => one !== values[0]);
  return { group, key, values, differs, best: [] };
}

function datasetsOf(run: RunReply): string | null {
  return run.datasets.map(data => `${data.name} (${data.digest})`).join(', ') || null;
}

/** The keys of all runs, each once, by name. */
function keysOf(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort((one, two) =>
    one.localeCompare(two, undefined, { numeric: true })
  );
}
