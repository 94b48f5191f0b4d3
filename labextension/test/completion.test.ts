import { describe, expect, it } from 'vitest';

import type { FieldsReply } from '../src/records';
import { offers, taken } from '../src/state/completion';

const LANGUAGE: FieldsReply = {
  fields: [
    { name: 'status', kind: 'text', doc: 'where it stands' },
    { name: 'start_time', kind: 'time', doc: 'when it began' },
    { name: 'metrics.acc', kind: 'number', doc: '' },
    { name: 'metrics.loss', kind: 'number', doc: '' },
    { name: 'params.lr', kind: 'text', doc: '' },
    { name: 'metrics.`val acc`', kind: 'number', doc: '' }
  ],
  operators: [
    { symbol: '=', kinds: ['number', 'text', 'time'], doc: 'is' },
    { symbol: '>', kinds: ['number', 'time'], doc: 'is more than' },
    { symbol: 'LIKE', kinds: ['text'], doc: '' },
    { symbol: 'IN', kinds: ['text'], doc: '' },
    { symbol: 'BETWEEN', kinds: ['number'], doc: '' },
    { symbol: 'NOT BETWEEN', kinds: ['number'], doc: '' },
    { symbol: 'IS NULL', kinds: ['text', 'number'], doc: '' },
    { symbol: 'IS NOT NULL', kinds: ['text', 'number'], doc: '' }
  ],
  words: ['AND', 'OR', 'NOT']
};

function offered(text: string, cursor = text.length): string[] {
  return offers(text, cursor, LANGUAGE).items.map(it => it.text);
}

describe('what may come next in a filter', () => {
  it('is a field at the beginning', () => {
    expect(offered('')).toEqual([...LANGUAGE.fields.map(it => it.name), 'NOT']);
  });

  it('fits what was typed, the beginnings first', () => {
    expect(offered('st')).toEqual(['status', 'start_time']);
    expect(offered('metrics.a')).toEqual(['metrics.acc']);
    expect(offered('acc')).toEqual(['metrics.acc', 'metrics.`val acc`']);
  });

  it('is an operator of its kind behind a field', () => {
    expect(offered('start_time ')).toEqual(['=', '>']);
    expect(offered('metrics.acc ')).toContain('BETWEEN');
    expect(offered('metrics.acc ')).not.toContain('LIKE');
  });

  it('is any operator behind a field that nobody knows', () => {
    expect(offered('tags.owner ')).toEqual(LANGUAGE.operators.map(it => it.symbol));
  });

  it('is a state behind the field status', () => {
    expect(offered('status = ')).toContain("'FINISHED'");
    expect(offered("status = 'FA")).toEqual(["'FAILED'"]);
  });

  it('is nothing where a number is typed', () => {
    expect(offered('metrics.acc > ')).toEqual([]);
  });

  it('links what is whole', () => {
    expect(offered('metrics.acc > 0.9 ')).toEqual(['AND', 'OR']);
    expect(offered("status IN ('FAILED', 'KILLED') ")).toEqual(['AND', 'OR']);
    expect(offered('params.lr IS NOT NULL ')).toEqual(['AND', 'OR']);
    expect(offered('metrics.acc BETWEEN 1 AND 2 ')).toEqual(['AND', 'OR']);
  });

  it('has a second value between two', () => {
    expect(offered('metrics.acc BETWEEN 1 ')).toEqual(['AND']);
  });

  it('is a field again behind a link, a not, a parenthesis', () => {
    const fields = LANGUAGE.fields.map(it => it.name);
    expect(offered('metrics.acc > 0.9 AND ')).toEqual([...fields, 'NOT']);
    expect(offered('NOT ')).toEqual([...fields, 'NOT']);
    expect(offered('(')).toEqual([...fields, 'NOT']);
  });

  it('looks at what stands before the cursor', () => {
    expect(offered('st > 3', 2)).toEqual(['status', 'start_time']);
  });

  it('stays quiet behind what it does not understand', () => {
    expect(offered('metrics.acc > 0.9 AND !!')).toEqual([]);
  });
});

describe('an offer that is taken', () => {
  it('takes the place of the beginning, with a space behind', () => {
    const found = offers('metrics.a', 9, LANGUAGE);
    expect(taken('metrics.a', found, { text: 'metrics.acc', doc: '' })).toEqual({
      text: 'metrics.acc ',
      cursor: 12
    });
  });

  it('adds no second space', () => {
    const found = offers('st > 3', 2, LANGUAGE);
    expect(taken('st > 3', found, { text: 'start_time', doc: '' })).toEqual({
      text: 'start_time > 3',
      cursor: 11
    });
  });
});
