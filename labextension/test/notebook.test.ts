// @vitest-environment jsdom
import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';

import { Badge } from '../src/notebook/badge';
import { badgeText } from '../src/notebook/badge_text';
import { KernelRefusal, NOTHING, factsOf } from '../src/notebook/kernel_facts';
import { isSame, pathsOf } from '../src/notebook/notebook_paths';
import { statusText } from '../src/notebook/status';
import { isTracked, toggleEdit } from '../src/notebook/track_line';
import type { CellItem } from '../src/records';

const trans = nullTranslator.load('nbtrack');

const ITEM: CellItem = {
  cell_id: 'c',
  run_id: 'r1',
  run_name: 'wide net',
  status: 'FINISHED',
  run_count: 42,
  metric: 'acc',
  value: 0.97,
  previous: 0.96,
  is_better: true
};

function toggled(source: string): string {
  const { start, end, text } = toggleEdit(source);
  return source.slice(0, start) + text + source.slice(end);
}

describe('a badge', () => {
  it('says the run, the metric and how it moved', () => {
    expect(badgeText(ITEM, trans)).toEqual({
      run: 'run 42',
      metric: 'acc 0.97',
      change: '▲ 0.01',
      trend: 'better',
      label:
        'Run 42 of this cell, wide net, acc 0.97, ▲ 0.01 against the run before, better: open the run'
    });
  });

  it('says less where less is known', () => {
    const item = { ...ITEM, metric: null, value: null, previous: null, is_better: null };
    const text = badgeText({ ...item, status: 'FAILED' }, trans);
    expect([text.run, text.metric, text.change, text.trend]).toEqual([
      'run 42 · failed',
      '',
      '',
      ''
    ]);
  });

  it('tells no change of what is no number or did not move', () => {
    expect(badgeText({ ...ITEM, value: 'NaN' }, trans).change).toBe('');
    expect(badgeText({ ...ITEM, value: 'NaN' }, trans).metric).toBe('acc NaN');
    expect(badgeText({ ...ITEM, previous: 0.97 }, trans).change).toBe('');
    expect(badgeText({ ...ITEM, previous: 1, is_better: false }, trans).change).toBe('▼ 0.03');
  });

  it('opens its run, and marks what is stale', () => {
    const opened: string[] = [];
    const badge = new Badge(trans, run_id => opened.push(run_id));
    badge.display({ ...ITEM, run_name: '<script>alert(1)</script>' }, null);
    const stale = badge.node.querySelector<HTMLElement>('.nbtrack-Badge-stale')!;
    expect(stale.hidden).toBe(true);
    badge.node.querySelector('button')!.click();
    expect(opened).toEqual(['r1']);
    expect(badge.node.querySelector('script')).toBeNull();
    badge.display(ITEM, 'rate: [3] read it before [5] changed it');
    expect(stale.hidden).toBe(false);
    expect(stale.title).toContain('rate: [3]');
  });
});

describe('the line %%track', () => {
  it('is put above the code and taken away again', () => {
    expect(toggled('x = 1')).toBe('%%track\nx = 1');
    expect(toggled('%%track name --metrics acc\nx = 1')).toBe('x = 1');
    expect(toggled('%%track')).toBe('');
    expect(toggled('# why\n\n%%track\nx = 1')).toBe('# why\n\nx = 1');
    expect(toggled('%%time\n%%track\nx = 1')).toBe('%%time\nx = 1');
  });

  it('is not seen in what only looks like it', () => {
    expect(isTracked('%%tracker\nx')).toBe(false);
    expect(isTracked('x = 1\n%%track')).toBe(false);
    expect(isTracked('text = """\n%%track\n"""')).toBe(false);
    expect(isTracked(' %%track\nx')).toBe(true);
  });
});

describe('the path of a notebook', () => {
  it('is looked for below the server’s root', () => {
    expect(pathsOf('/home/ana/books/nb/a.ipynb', '/home/ana/books')[0]).toBe('nb/a.ipynb');
    expect(pathsOf('/home/ana/books/nb/a.ipynb', '~/books')[0]).toBe('nb/a.ipynb');
    expect(pathsOf('nb/a.ipynb', '/srv')).toEqual(['nb/a.ipynb', 'a.ipynb']);
    expect(pathsOf('', '/srv')).toEqual([]);
  });

  it('is the same if one ends with the other at a slash', () => {
    expect(isSame('nb/a.ipynb', '/home/ana/nb/a.ipynb')).toBe(true);
    expect(isSame('a.ipynb', '/home/ana/ba.ipynb')).toBe(false);
  });
});

describe('the answer of a kernel', () => {
  const facts = { track: 'cells', recorded: 3, stale: { a: 'why' }, is_complete: true };

  it('is read from a user expression', () => {
    const data = { 'application/vnd.nbtrack.session+json': facts };
    expect(factsOf({ user_expressions: { nbtrack: { status: 'ok', data } } })).toEqual(facts);
  });

  it('is nothing where nbtrack is not loaded', () => {
    const told = { status: 'ok', data: { 'text/plain': 'None' } };
    expect(factsOf({ user_expressions: { nbtrack: told } })).toEqual(NOTHING);
    expect(factsOf({ status: 'aborted' })).toEqual(NOTHING);
  });

  it('is a refusal where it failed', () => {
    const told = { status: 'error', ename: 'ModuleNotFoundError', evalue: 'no nbtrack' };
    expect(() => factsOf({ user_expressions: { nbtrack: told } })).toThrow(KernelRefusal);
  });

  it('becomes the text of the status bar', () => {
    const { text, hint } = statusText({ ...NOTHING, track: 'all', stale: { a: 'why' } }, 12, trans);
    expect(text).toBe('tracking all · 12 runs · 1 stale');
    expect(hint).toContain('1 cell is stale.');
    expect(statusText(NOTHING, 1, trans).text).toBe('not tracking · 1 run');
  });
});
