import { describe, expect, it } from 'vitest';

import type { ExperimentItem } from '../src/records';
import { fitting } from '../src/state/experiment_search';

function experiment(experiment_id: string, name: string): ExperimentItem {
  return { experiment_id, name, run_count: 0, last_update_time: null, lifecycle_stage: 'active' };
}

describe('experiments', () => {
  const all = [experiment('1', 'Churn weekly'), experiment('2', 'churn daily')];

  it('are found by all words of a search, in any case', () => {
    expect(fitting(all, 'CHURN dai').map(it => it.experiment_id)).toEqual(['2']);
  });

  it('are all found by none', () => {
    expect(fitting(all, '  ')).toEqual(all);
  });
});
