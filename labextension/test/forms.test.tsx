// @vitest-environment jsdom
import { nullTranslator } from '@jupyterlab/translation';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Description } from '../src/components/description';
import { Once } from '../src/state/once';

const trans = nullTranslator.load('nbtrack');

/** A server that answers when it is told to, and writes down what it was sent. */
class SlowServer {
  sent: string[] = [];
  answer: (isKept: boolean) => void = () => undefined;
  readonly save = (text: string): Promise<boolean> => {
    this.sent.push(text);
    return new Promise(resolve => {
      this.answer = resolve;
    });
  };
}

describe('the form of a description', () => {
  let place: HTMLElement;
  let root: Root;

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    place = document.body.appendChild(document.createElement('div'));
    root = createRoot(place);
  });
  afterEach(() => {
    act(() => root.unmount());
    place.remove();
  });

  const button = (name: string): HTMLButtonElement =>
    [...place.querySelectorAll('button')].find(it => it.textContent === name)!;
  const press = (name: string): void => act(() => button(name).click());

  async function opened(): Promise<SlowServer> {
    const server = new SlowServer();
    act(() =>
      root.render(
        <Description
          text="as it was"
          save={server.save}
          render={() => () => undefined}
          {...{ trans }}
        />
      )
    );
    press('Change the description');
    return server;
  }

  it('is sent once, however often its button is pressed', async () => {
    const server = await opened();
    expect(document.activeElement).toBe(place.querySelector('textarea'));
    act(() => {
      button('Save').click();
      button('Save').click();
    });
    expect(button('Save').disabled).toBe(true);
    press('Save');
    expect(server.sent).toEqual(['as it was']);
    await act(async () => server.answer(true));
    expect(document.activeElement).toBe(button('Change the description'));
  });

  it('stays open with what was written where it could not be kept', async () => {
    const server = await opened();
    press('Save');
    await act(async () => server.answer(false));
    expect(place.querySelector('textarea')?.value).toBe('as it was');
    press('Save');
    expect(server.sent).toHaveLength(2);
  });
});

describe('an act behind a button', () => {
  it('is not begun again while it is under way, but after it', async () => {
    const once = new Once();
    const done: string[] = [];
    let end = (): void => undefined;
    const slow = (): Promise<void> =>
      new Promise(resolve => {
        done.push('slow');
        end = resolve;
      });
    const first = once.do('a', slow);
    await once.do('a', slow);
    await once.do('b', async () => done.push('other'));
    end();
    await first;
    await expect(once.do('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    void once.do('a', slow);
    expect(done).toEqual(['slow', 'other', 'slow']);
  });
});
