/**
 * Answers of the server for tests, with only what a test is about.
 */
import type { RunReply } from '../src/records';

/** A finished run with the parts that are told. */
export function reply(run_id: string, told: Partial<RunReply> & { name?: string } = {}): RunReply {
  const { name, ...parts } = told;
  return {
    run: {
      run_id,
      run_name: name ?? run_id,
      status: 'FINISHED',
      experiment_id: '0',
      start_time: 1000,
      end_time: 3000,
      user_id: 'ada',
      number: 4,
      cell_id: 'cell-1',
      notebook: 'story.ipynb',
      parent_run_id: null,
      lifecycle_stage: 'active',
      values: {},
      curve: [],
      child_count: 0
    },
    artifact_uri: '',
    params: {},
    metrics: [],
    tags: {},
    datasets: [],
    models: [],
    cell: null,
    experiment_name: '',
    description: '',
    git_commit: null,
    environment: {},
    children: [],
    conflicts: [],
    error: '',
    ...parts
  };
}
