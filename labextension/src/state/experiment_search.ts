/**
 * Experiments found by their names.
 */
import type { ExperimentItem } from '../records';

/** The experiments whose names hold all words of a search, in the order given. */
export function fitting(experiments: readonly ExperimentItem[], search: string): ExperimentItem[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return experiments.filter(it => wanted.every(word => it.name.toLowerCase().includes(word)));
}
