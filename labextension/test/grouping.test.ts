import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { groupTitle } from '../src/components/group_row';
import type { GroupItem, RunRow } from '../src/records';
import { GroupedRuns } from '../src/state/grouped_runs';
import { groupingColumns, isGrouping } from '../src/state/grouping';
import { reply } from './replies';

const trans = nullTranslator.load('nbtrack');

function row(run_id: string, child_count = 0): RunRow {
  return { ...reply(run_id).run, child_count };
}

function group(key: string, size: number, run: RunRow | null = null): GroupItem {
  const rest = { notebook: null, last_run_id: null, last_time: null, values: {} };
  return { key, value: key, size, run, ...rest };
}

function told(grouped: GroupedRuns): string[] {
  return Array.from({ length: grouped.lineCount }, (_, index) => {
    const line = grouped.lineAt(index);
    if (line === undefined) {
      return '…';
    }
    return line.kind === 'group'
      ? `${line.isOpen ? '-' : '+'} ${line.key} ${line.group.size}`
      : `${'  '.repeat(line.depth)}${line.row.run_id}${line.family ? ` (${line.family.size})` : ''}`;
  });
}

describe('groups', () => {
  it('are closed first, and have places for their runs once they are opened', () => {
    const grouped = new GroupedRuns();
    expect(grouped.wanted(0, 40)).toEqual([{ key: null, page: 0 }]);
    grouped.putGroups(0, [group('a', 2), group('b', 1)], 2, 3);
    expect(told(grouped)).toEqual(['+ a 2', '+ b 1']);
    grouped.fold('a');
    expect(told(grouped)).toEqual(['- a 2', '…', '…', '+ b 1']);
    expect(grouped.wanted(0, 40)).toEqual([{ key: 'a', page: 0 }]);
    grouped.putMembers('a', 0, [row('r1'), row('r2')], 2);
    expect(told(grouped)).toEqual(['- a 2', '  r1', '  r2', '+ b 1']);
    expect(grouped.rowOf('r2')?.run_id).toBe('r2');
    grouped.fold('a');
    expect(told(grouped)).toEqual(['+ a 2', '+ b 1']);
  });

  it('ask for the pages that are seen, however long a group is', () => {
    const grouped = new GroupedRuns();
    grouped.putGroups(0, [group('a', 9000), group('b', 1000)], 2, 10_000);
    grouped.fold('a');
    expect(grouped.wanted(5000, 5030)).toEqual([
      { key: 'a', page: 24 },
      { key: 'a', page: 25 }
    ]);
    expect(grouped.lineCount).toBe(9002);
  });

  it('stay open while other runs are asked for', () => {
    const grouped = new GroupedRuns();
    grouped.putGroups(0, [group('a', 1)], 1, 1);
    grouped.fold('a');
    grouped.clear();
    grouped.putGroups(0, [group('a', 1)], 1, 1);
    expect(told(grouped)).toEqual(['- a 1', '…']);
    grouped.drop('a');
    expect(grouped.wanted(0, 5)).toEqual([{ key: null, page: 0 }]);
  });
});

describe('children', () => {
  it('stand below their parent, and theirs below them', () => {
    const grouped = new GroupedRuns();
    grouped.putGroups(0, [group('a', 1, row('a', 1)), group('e', 0, row('e'))], 2, 4);
    grouped.fold('a');
    grouped.putMembers('a', 0, [row('c', 1)], 1);
    grouped.fold('c');
    grouped.putMembers('c', 0, [row('d')], 1);
    expect(told(grouped)).toEqual(['a (1)', '  c (1)', '    d', 'e']);
    grouped.fold('a');
    expect(told(grouped)).toEqual(['a (1)', 'e']);
  });
});

describe('a grouping', () => {
  it('is named by what its runs have in common', () => {
    const title = (value: string | null, grouping: string, notebook: string | null = null) =>
      groupTitle({ value, notebook }, grouping, trans);
    expect(title('4', 'params.depth')).toBe('depth: 4');
    expect(title(null, 'params.depth')).toBe('Without depth');
    expect(title('0123456789', 'cell', 'a/story.ipynb')).toBe('story.ipynb, cell 01234567');
    expect(title(null, 'cell')).toBe('No cell');
  });

  it('is by cell, parent, fact, param or tag', () => {
    expect(['cell', 'params.a b', 'status', 'none'].every(isGrouping)).toBe(true);
    expect(['', 'metrics.acc', 'params.', 3, null].some(isGrouping)).toBe(false);
    expect(groupingColumns(['metrics.a', 'params.b', 'tags.mlflow.user', 'tags.c'])).toEqual([
      'params.b',
      'tags.c'
    ]);
  });
});
