import { describe, expect, it } from 'vitest';

import { PAGE, PagedRows, visible } from '../src/state/paged_rows';

interface Row {
  run_id: string;
}

function rowsFrom(first: number, size = PAGE): Row[] {
  return Array.from({ length: size }, (_, place) => ({ run_id: `run-${first + place}` }));
}

function filled(total: number, ...pages: number[]): PagedRows<Row> {
  const rows = new PagedRows<Row>();
  pages.forEach(it => rows.put(it, rowsFrom(it * PAGE), total));
  return rows;
}

describe('pages of rows', () => {
  it('asks for the first page while nothing is known', () => {
    expect(new PagedRows<Row>().missing(0, 40)).toEqual([0]);
  });

  it('asks for no page that is here', () => {
    expect(filled(10_000, 0).missing(0, 150)).toEqual([]);
  });

  it('asks for the pages on both sides of a border', () => {
    expect(filled(10_000, 0).missing(390, 410)).toEqual([1, 2]);
  });

  it('asks for nothing behind the last row', () => {
    expect(filled(150, 0).missing(100, 900)).toEqual([]);
  });

  it('asks again for an empty list', () => {
    const rows = new PagedRows<Row>();
    rows.put(0, [], 0);
    expect(rows.missing(0, 40)).toEqual([]);
    rows.stale();
    expect(rows.missing(0, -1)).toEqual([0]);
  });

  it('still shows rows that may be old', () => {
    const rows = filled(10_000, 0, 3);
    rows.stale();
    expect(rows.at(3)).toEqual({ run_id: 'run-3' });
    expect(rows.missing(0, 5)).toEqual([0]);
    expect(rows.missing(600, 605)).toEqual([3]);
  });

  it('takes all pages for old once the total is another', () => {
    const rows = filled(10_000, 0, 1);
    rows.put(0, rowsFrom(0), 10_001);
    expect(rows.missing(0, 399)).toEqual([1]);
  });

  it('finds a run where it stands', () => {
    const rows = filled(10_000, 0, 7);
    expect(rows.indexOf('run-1403')).toBe(1403);
    expect(rows.indexOf('run-700')).toBe(-1);
    expect(rows.at(700)).toBeUndefined();
  });

  it('gives the rows between two places, without those that are not here', () => {
    const rows = filled(10_000, 0);
    expect(rows.between(198, 205).map(it => it.run_id)).toEqual(['run-198', 'run-199']);
  });

  it('forgets pages that are far away', () => {
    const rows = filled(100_000, ...Array.from({ length: 40 }, (_, it) => it));
    expect(rows.at(0)).toBeUndefined();
    expect(rows.at(39 * PAGE)).toEqual({ run_id: `run-${39 * PAGE}` });
  });

  it('drops pages behind the end of a list that became shorter', () => {
    const rows = filled(1000, 0, 4);
    rows.put(0, rowsFrom(0, 10), 10);
    expect(rows.total).toBe(10);
    expect(rows.at(4 * PAGE)).toBeUndefined();
  });
});

describe('the window on a list', () => {
  it('has the rows that are seen and some more', () => {
    expect(visible(2400, 240, 24, 10_000, 8)).toEqual({ first: 92, last: 118 });
  });

  it('ends with the list', () => {
    expect(visible(0, 240, 24, 3)).toEqual({ first: 0, last: 2 });
  });

  it('is empty for an empty list', () => {
    const { first, last } = visible(500, 240, 24, 0);
    expect(last).toBeLessThan(first);
  });
});
