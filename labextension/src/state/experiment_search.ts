/**
 * Experiments found by words, and what of a search is a filter for the server.
 */
import type { ExperimentItem } from '../records';

/** The experiments whose names and tags hold all words of a search, in the order given. */
export function fitting(experiments: readonly ExperimentItem[], search: string): ExperimentItem[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return experiments.filter(it => {
    const told = [it.name, ...Object.entries(it.tags).flat()].join('\n').toLowerCase();
    return wanted.every(word => told.includes(word));
  });
}

/** Whether a search is a filter such as `tags.team = 'a'`: a field, then an operator. */
export function isFilter(search: string): boolean {
  return /^\s*(not\b|\(|\s)*[\w.]+(`[^`]*`|"[^"]*")?\s*(=|!=|<|>|i?like\b|in\b|not\b|is\b)/i.test(
    search
  );
}

/** The tags of an experiment that people wrote, by their keys. */
export function ownTags(tags: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tags)
    .filter(([key]) => !/^(mlflow|nbtrack)\./.test(key))
    .sort(([one], [other]) => one.localeCompare(other));
}
