import { describe, expect, it } from 'vitest';

import { chosen, mannerOf, moved, NOTHING, without } from '../src/state/selection';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

describe('a selection', () => {
  it('is what was clicked', () => {
    expect(chosen(NOTHING, 'b', 'only', ORDER)).toEqual({ ids: ['b'], focus: 'b', anchor: 'b' });
  });

  it('grows and shrinks by single rows', () => {
    const two = chosen(chosen(NOTHING, 'b', 'only', ORDER), 'd', 'toggle', ORDER);
    expect(two.ids).toEqual(['b', 'd']);
    expect(chosen(two, 'b', 'toggle', ORDER).ids).toEqual(['d']);
  });

  it('spans from the anchor, downwards and upwards', () => {
    const start = chosen(NOTHING, 'c', 'only', ORDER);
    const down = chosen(start, 'e', 'range', ORDER);
    expect(down).toEqual({ ids: ['c', 'd', 'e'], focus: 'e', anchor: 'c' });
    expect(chosen(down, 'a', 'range', ORDER).ids).toEqual(['a', 'b', 'c']);
  });

  it('is a single row if the anchor is gone', () => {
    const start = { ids: [], focus: null, anchor: 'x' };
    expect(chosen(start, 'b', 'range', ORDER)).toEqual({ ids: ['b'], focus: 'b', anchor: 'b' });
  });

  it('stays while only the focus moves', () => {
    const start = chosen(NOTHING, 'c', 'only', ORDER);
    expect(chosen(start, 'd', 'move', ORDER)).toEqual({ ids: ['c'], focus: 'd', anchor: 'c' });
  });

  it('loses rows that are gone', () => {
    const two = chosen(chosen(NOTHING, 'b', 'only', ORDER), 'd', 'toggle', ORDER);
    expect(without(two, ['d'])).toEqual({ ids: ['b'], focus: null, anchor: null });
  });
});

describe('keys', () => {
  it('say how a selection changes', () => {
    const none = { ctrlKey: false, metaKey: false, shiftKey: false };
    expect(mannerOf(none)).toBe('only');
    expect(mannerOf({ ...none, shiftKey: true })).toBe('range');
    expect(mannerOf({ ...none, ctrlKey: true })).toBe('toggle');
    expect(mannerOf({ ...none, metaKey: true })).toBe('toggle');
  });

  it('move within the list', () => {
    expect(moved('ArrowDown', 3, 10, 5)).toBe(4);
    expect(moved('ArrowDown', 9, 10, 5)).toBe(9);
    expect(moved('ArrowUp', 0, 10, 5)).toBe(0);
    expect(moved('PageDown', 3, 10, 5)).toBe(8);
    expect(moved('PageUp', 3, 10, 5)).toBe(0);
    expect(moved('Home', 3, 10, 5)).toBe(0);
    expect(moved('End', 3, 10, 5)).toBe(9);
    expect(moved('x', 3, 10, 5)).toBeNull();
  });

  it('begin at the first row if none has the focus', () => {
    expect(moved('ArrowDown', -1, 10, 5)).toBe(0);
  });
});
