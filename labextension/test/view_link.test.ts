import { describe, expect, it } from 'vitest';

import { FIRST_VIEW } from '../src/state/view';
import { fragmentOf, readFragment } from '../src/state/view_link';

const LINKED = {
  view: {
    experiment_id: '7',
    onlyThisNotebook: true,
    filter: "params.`a b` = 'ü#&%'",
    order: { column: 'metrics.acc', isDescending: true },
    columns: ['metrics.acc', 'params.lr'],
    grouping: 'params.depth',
    areDeleted: true
  },
  notebook: 'a folder/story.ipynb',
  store_id: 's1',
  compared: ['r1', 'r2']
};

describe('a link to a view', () => {
  it('opens what it was made of', () => {
    const fragment = fragmentOf(LINKED);
    expect(readFragment(fragment)).toEqual(LINKED);
    expect(readFragment(`http://host/lab?token=x${fragment}`)).toEqual(LINKED);
    expect(fragment.slice(1)).not.toMatch(/[#\s]/);
  });

  it('is short where the view is the first one', () => {
    const first = { view: FIRST_VIEW, notebook: null, store_id: null, compared: [] };
    expect(decodeURIComponent(fragmentOf(first))).toBe('#nbtrack-view={}');
    expect(readFragment(fragmentOf(first))).toEqual(first);
  });

  it.each(['', '#other=3', '#nbtrack-view=%', '#nbtrack-view=3', '#nbtrack-view=%7B%22a'])(
    'is none where %j stands',
    text => {
      expect(readFragment(text)).toBeNull();
    }
  );

  it('takes nothing that is of another type', () => {
    const text = '#nbtrack-view=' + encodeURIComponent('{"compared":[1,"r"],"filter":3}');
    expect(readFragment(text)).toMatchObject({ compared: ['r'], view: { filter: '' } });
  });
});
