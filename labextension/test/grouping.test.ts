import { describe, expect, it } from 'vitest';

import type { RunRow } from '../src/records';
import { byCell, byParent, type Line } from '../src/state/grouping';
import { reply } from './replies';

const NONE: ReadonlySet<string> = new Set();

function row(run_id: string, more: Partial<RunRow> = {}): RunRow {
  return { ...reply(run_id).run, ...more };
}

function told(lines: Line[]): string[] {
  return lines.map(it =>
    it.kind === 'group'
      ? `${it.isOpen ? '-' : '+'} ${it.title} ${it.size}`
      : `${'  '.repeat(it.depth)}${it.row.run_id}${it.family ? ` (${it.family.size})` : ''}`
  );
}

const title = (it: RunRow): string => it.cell_id ?? 'none';

describe('runs of a cell', () => {
  const rows = [
    row('a', { cell_id: 'one' }),
    row('b', { cell_id: 'two' }),
    row('c', { cell_id: 'one' }),
    row('d', { cell_id: null })
  ];

  it('stand together below its heading', () => {
    expect(told(byCell(rows, NONE, title))).toEqual([
      '- one 2',
      '  a',
      '  c',
      '- two 1',
      '  b',
      '- none 1',
      '  d'
    ]);
  });

  it('are away while the heading is closed', () => {
    const closed = new Set(['story.ipynb#one']);
    expect(told(byCell(rows, closed, title))).toEqual([
      '+ one 2',
      '- two 1',
      '  b',
      '- none 1',
      '  d'
    ]);
  });

  it('do not mix with those of a cell of another notebook', () => {
    const two = [row('a', { cell_id: 'one' }), row('b', { cell_id: 'one', notebook: 'x.ipynb' })];
    expect(told(byCell(two, NONE, title))).toEqual(['- one 1', '  a', '- one 1', '  b']);
  });
});

describe('children', () => {
  const rows = [
    row('c', { parent_run_id: 'a' }),
    row('a'),
    row('d', { parent_run_id: 'c' }),
    row('e', { parent_run_id: 'elsewhere' })
  ];

  it('stand below their parent, and theirs below them', () => {
    expect(told(byParent(rows, NONE))).toEqual(['a (1)', '  c (1)', '    d', 'e']);
  });

  it('are away while the parent is closed', () => {
    expect(told(byParent(rows, new Set(['a'])))).toEqual(['a (1)', 'e']);
  });
});
