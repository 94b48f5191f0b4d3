// @vitest-environment jsdom
import { nullTranslator } from '@jupyterlab/translation';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FilterBox } from '../src/components/filter_box';

const trans = nullTranslator.load('nbtrack');
const language = { fields: [], operators: [], words: [] };

describe('the box of the filter', () => {
  let place: HTMLElement;
  let root: Root;
  let said: string[];

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    vi.useFakeTimers();
    said = [];
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
    show('');
  });
  afterEach(() => {
    act(() => root.unmount());
    place.remove();
    vi.useRealTimers();
  });

  function show(filter: string): void {
    const onFilter = (text: string): void => {
      said.push(text);
    };
    act(() => root.render(<FilterBox trouble={null} {...{ trans, filter, language, onFilter }} />));
  }

  const box = (): HTMLInputElement => place.querySelector('input')!;

  function type(text: string): void {
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!;
    act(() => {
      value.set!.call(box(), text);
      box().dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  it('keeps what is typed while the filter before it takes effect', () => {
    type('acc >');
    act(() => vi.runAllTimers());
    expect(said).toEqual(['acc >']);
    type('acc > 0');
    show('acc >');
    expect(box().value).toBe('acc > 0');
    act(() => vi.runAllTimers());
    expect(said).toEqual(['acc >', 'acc > 0']);
  });

  it('shows a filter that came from elsewhere, such as a link', () => {
    type('acc');
    act(() => vi.runAllTimers());
    show('loss < 1');
    expect(box().value).toBe('loss < 1');
    show('');
    expect(box().value).toBe('');
  });
});
