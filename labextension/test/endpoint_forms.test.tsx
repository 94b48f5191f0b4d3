import { nullTranslator } from '@jupyterlab/translation';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { EndpointUse, messageOf } from '../src/components/endpoint_use';
import { ServeDraft } from '../src/dialogs/serve_draft';
import { faultWords, ServeForm } from '../src/dialogs/serve_form';
import type { InputItem, ModelReply, TryWish, UseReply } from '../src/records';
import { bodyOf, keyOf, laidOut, Trial, valueOf } from '../src/state/endpoint_trial';

const trans = nullTranslator.load('nbtrack');
const HOSTILE = '<script>alert(1)</script>';
const nothing = (): void => undefined;

const COLUMNS: InputItem[] = [
  { name: 'age', type: 'long', required: true, kind: 'column', value: '42' },
  { name: 'height', type: 'double', required: true, kind: 'column', value: '1.8' },
  { name: 'name', type: 'string', required: false, kind: 'column', value: '"ana"' },
  { name: 'paid', type: 'boolean', required: false, kind: 'column', value: null },
  { name: 'age', type: 'double', required: false, kind: 'param', value: '0.5' }
];

const USE: UseReply = {
  snippets: [
    { language: 'curl', code: 'curl http://x' },
    { language: 'python', code: 'import requests' }
  ],
  inputs: COLUMNS,
  body: '{"dataframe_split": {}}'
};

describe('a request that is written', () => {
  const values = (told: Record<string, string>): Map<string, string> =>
    new Map(Object.entries(told));

  it('is JSON by the types of the fields', () => {
    expect(valueOf('long', '9007199254740993')).toBe('9007199254740993');
    expect([valueOf('long', '1.5'), valueOf('double', '.5'), valueOf('double', 'x')]).toEqual([
      null,
      '0.5',
      null
    ]);
    expect([valueOf('boolean', 'true'), valueOf('boolean', 'yes')]).toEqual(['true', null]);
    expect([valueOf('string', 'a "b"'), valueOf('Array(double)', '[1')]).toEqual([
      '"a \\"b\\""',
      null
    ]);
    expect(
      bodyOf(COLUMNS, values({ 'column:age': '3', 'column:height': '2', 'param:age': '0.1' }))
    ).toBe('{"dataframe_records": [{"age": 3, "height": 2}], "params": {"age": 0.1}}');
  });

  it('names the first field that is wrong', () => {
    expect(bodyOf(COLUMNS, values({ 'column:age': 'x' }))).toEqual({
      name: 'age',
      type: 'long',
      isMissing: false
    });
    expect(bodyOf(COLUMNS, values({ 'column:age': '1' }))).toMatchObject({ isMissing: true });
  });

  it('goes where the signature says', () => {
    const input = (name: string, kind: InputItem['kind'], type = 'long'): InputItem => ({
      name,
      kind,
      type,
      required: true,
      value: null
    });
    const both = values({ 'column:0': '1', 'column:1': '2', 'tensor:a': '[1]', 'tensor:b': '[2]' });
    expect(bodyOf([input('0', 'column'), input('1', 'column')], both)).toBe('{"inputs": [[1, 2]]}');
    expect(bodyOf([input('a', 'tensor', 'f'), input('b', 'tensor', 'f')], both)).toBe(
      '{"inputs": {"a": [1], "b": [2]}}'
    );
    const one = values({ 'tensor:inputs': '[[1]]' });
    expect(bodyOf([input('inputs', 'tensor', 'f')], one)).toBe('{"inputs": [[1]]}');
  });

  it('begins with the example, and is sent as it stands', async () => {
    const sent: TryWish[] = [];
    const trial = new Trial(async wish => {
      sent.push(wish);
      return { status: 200, body: '{}', seconds: 0.1, variant: '', version: '', prediction_id: '' };
    });
    trial.begin(USE);
    expect(trial.values.get(keyOf(COLUMNS[2]!))).toBe('ana');
    trial.write(COLUMNS[0]!, 'x');
    await trial.ask();
    expect([trial.fault?.name, sent.length]).toEqual(['age', 0]);
    trial.write(COLUMNS[0]!, '7');
    await trial.ask();
    expect(JSON.parse(sent[0]!.body)).toEqual({
      dataframe_records: [{ age: 7, height: 1.8, name: 'ana' }],
      params: { age: 0.5 }
    });
    trial.beRaw(true);
    expect(JSON.parse(trial.body).dataframe_records[0].age).toBe(7);
    trial.begin({ ...USE });
    expect(trial.isRaw).toBe(true);
  });

  it('is written by hand where there are no columns', async () => {
    const trial = new Trial(async () => {
      throw new Error('no endpoint');
    });
    trial.begin({ ...USE, inputs: [], body: '{"inputs": []}' });
    expect([trial.isRaw, trial.body]).toEqual([true, '{"inputs": []}']);
    await trial.ask();
    expect([trial.problem, trial.isBusy]).toEqual(['no endpoint', false]);
  });

  it('keeps long numbers as they are when it is laid out', () => {
    expect(laidOut('{"a":12345678901234567890}')).toBe('{"a":12345678901234567890}');
    expect(laidOut('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(messageOf('{"error_code": "X", "message": "no column age"}')).toBe('no column age');
  });

  it('is a form with the answer below', async () => {
    const trial = new Trial(async () => ({
      status: 400,
      body: `{"message": "${HOSTILE}"}`,
      seconds: 0.002,
      variant: 'champion',
      version: '3',
      prediction_id: 'p'
    }));
    trial.begin(USE);
    await trial.ask();
    const html = renderToStaticMarkup(
      <EndpointUse
        use={USE}
        trial={trial}
        needsToken={true}
        isLive={true}
        copy={nothing}
        render={() => nothing}
        trans={trans}
      />
    );
    for (const told of ['age', 'may be empty', 'param', 'Token', '400 refused', 'in 2 ms']) {
      expect(html).toContain(told);
    }
    expect(html).not.toContain(HOSTILE);
  });
});

describe('the dialog of serving', () => {
  const PAGE = {
    model: { name: 'churn', aliases: { champion: '2' } },
    versions: [{ version: '3' }, { version: '2' }],
    moves: []
  } as unknown as ModelReply;

  it('begins with the champion and sends what was filled in', () => {
    const draft = new ServeDraft(PAGE);
    expect([draft.fields.which, draft.fields.other, draft.fault]).toEqual(['@champion', '3', null]);
    Object.assign(draft.fields, { port: '8080', log: '10', follow: true, token: 't' });
    expect(draft.wish).toEqual({
      model_uri: 'models:/churn@champion',
      name: 'churn',
      port: 8080,
      workers: 1,
      keep: true,
      follow: true,
      log_rate: 0.1,
      token: 't',
      allow_pickle: false
    });
    Object.assign(draft.fields, { which: '3', sharing: 'canary', other: '2', share: '10' });
    expect(draft.wish).toMatchObject({
      model_uri: 'models:/churn/3',
      follow: false,
      other_uri: 'models:/churn/2',
      how: 'canary',
      share: 0.1,
      key: null
    });
  });

  it('says what is wrong before anything is sent', () => {
    const faults = [
      { name: 'a b' },
      { port: '0' },
      { port: 'x' },
      { workers: '1.5' },
      { log: '101' },
      { sharing: 'split' as const, other: '@champion' },
      { sharing: 'split' as const, share: '' }
    ].map(fields => {
      const draft = new ServeDraft(PAGE);
      Object.assign(draft.fields, fields);
      return draft.fault;
    });
    expect(faults).toEqual(['name', 'port', 'port', 'workers', 'log', 'other', 'share']);
    expect(faultWords('port', trans)).toContain('65535');
  });

  it('shows where the alias is, and the other version only if it is wanted', () => {
    const draft = new ServeDraft(PAGE, '3');
    const form = (): string =>
      renderToStaticMarkup(<ServeForm draft={draft} change={nothing} trans={trans} />);
    expect(form()).toContain('@champion – now version 2');
    expect(form()).not.toContain('Its share');
    draft.fields.sharing = 'split';
    expect(form()).toContain('Its share, %');
  });
});
