import { describe, expect, it } from 'vitest';

import type { ExperimentItem } from '../src/records';
import { fitting, isFilter, ownTags } from '../src/state/experiment_search';

function experiment(experiment_id: string, name: string): ExperimentItem {
  return {
    experiment_id,
    name,
    run_count: 0,
    last_update_time: null,
    lifecycle_stage: 'active',
    description: '',
    tags: { team: name.includes('daily') ? 'growth' : 'vision', 'mlflow.user': 'ada' }
  };
}

describe('experiments', () => {
  const all = [experiment('1', 'Churn weekly'), experiment('2', 'churn daily')];

  it('are found by all words of a search, in any case', () => {
    expect(fitting(all, 'CHURN dai').map(it => it.experiment_id)).toEqual(['2']);
  });

  it('are all found by none', () => {
    expect(fitting(all, '  ')).toEqual(all);
  });

  it('are found by their tags', () => {
    expect(fitting(all, 'growth').map(it => it.experiment_id)).toEqual(['2']);
    expect(ownTags(all[0]?.tags ?? {})).toEqual([['team', 'vision']]);
  });

  it.each(["tags.team = 'a'", "name like 'x%'", "not tags.`a b` != '1'", 'tags.x IS NULL'])(
    'are asked of the server by %s',
    search => {
      expect(isFilter(search)).toBe(true);
    }
  );

  it.each(['churn weekly', 'growth', '', 'is'])('are not asked of the server by %s', search => {
    expect(isFilter(search)).toBe(false);
  });
});
