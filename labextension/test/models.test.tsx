import { nullTranslator } from '@jupyterlab/translation';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { ModelList, REGISTERING } from '../src/components/model_list';
import { ModelPage, type ModelActs } from '../src/components/model_page';
import { PromoteForm } from '../src/dialogs/promote_form';
import { PromotionDraft, type SendPromotion } from '../src/dialogs/promotion_draft';
import { RegisterForm } from '../src/dialogs/register_form';
import type {
  ModelItem,
  ModelReply,
  PromotionReply,
  PromotionWish,
  VersionItem
} from '../src/records';
import {
  gatesFor,
  metricsOf,
  modelsWhere,
  placesOf,
  promotionTags,
  holdersOf
} from '../src/state/model_words';

const trans = nullTranslator.load('nbtrack');
const NOW = 1_800_000_000_000;

const MODEL: ModelItem = {
  name: 'churn',
  description: '',
  aliases: { champion: '2' },
  version_count: 2,
  latest_version: '2',
  last_updated_timestamp: NOW - 60_000,
  tags: { owner: 'ana' }
};

function version(number: string, more: Partial<VersionItem> = {}): VersionItem {
  return {
    version: number,
    aliases: [],
    current_stage: 'None',
    status: 'READY',
    creation_timestamp: NOW - 3_600_000,
    description: '',
    tags: {},
    run_id: `run${number}`,
    run_name: `net ${number}`,
    model_id: `m${number}`,
    source: '',
    user_id: 'ana',
    metrics: { training_acc: 1, acc: 0.9234, loss: 'NaN' },
    params: {},
    cell: null,
    ...more
  };
}

const PAGE: ModelReply = {
  model: MODEL,
  versions: [version('2', { aliases: ['champion'] }), version('1')],
  moves: [
    {
      place: '@champion',
      time: NOW,
      before: '1',
      after: '2',
      actor: 'ana',
      note: 'why',
      is_rollback: false
    },
    {
      place: '@canary',
      time: NOW,
      before: null,
      after: '2',
      actor: '',
      note: '',
      is_rollback: false
    }
  ]
};

const nothing = (): void => undefined;
const ACTS: ModelActs = {
  close: nothing,
  describe: async () => true,
  compare: nothing,
  rollback: nothing,
  promote: nothing,
  serve: nothing,
  serveAlias: nothing,
  addAlias: nothing,
  removeAlias: nothing,
  openRun: nothing,
  jumpToCell: nothing,
  signature: async () => ({ flavor: 'sklearn', inputs: [], outputs: [], params: [] })
};

function page(reply: ModelReply, isReadOnly = false): string {
  return renderToStaticMarkup(
    <ModelPage
      page={reply}
      acts={ACTS}
      isReadOnly={isReadOnly}
      now={NOW}
      render={() => nothing}
      trans={trans}
    />
  );
}

describe('the words of models', () => {
  it('find models by name, alias and tag', () => {
    const other = { ...MODEL, name: 'price', aliases: {}, tags: {} };
    const names = (filter: string): string[] =>
      modelsWhere([MODEL, other], filter).map(it => it.name);
    expect(names('')).toEqual(['churn', 'price']);
    expect(names('CHURN champ')).toEqual(['churn']);
    expect(names('owner=ana')).toEqual(['churn']);
    expect(names('price champ')).toEqual([]);
  });

  it('put chosen metrics first', () => {
    expect(metricsOf(version('1')).map(([key]) => key)).toEqual(['acc', 'loss', 'training_acc']);
  });

  it('tell what promotions left from the tags that people set', () => {
    const tags = {
      promoted_at: '2027-01-15T08:00:00+00:00',
      validation_acc: '0.9',
      validation_passed: 'True',
      validation_plan: 'see wiki',
      owner: 'ana'
    };
    expect(promotionTags(tags)).toEqual({
      promotedAt: NOW,
      passed: true,
      measured: [['acc', '0.9']],
      others: { validation_plan: 'see wiki', owner: 'ana' }
    });
    expect(promotionTags({ promoted_at: 'soon' }).others).toEqual({ promoted_at: 'soon' });
  });

  it('suggest places and gates', () => {
    expect(placesOf(['canary'])).toEqual([
      'canary',
      'champion',
      'challenger',
      'Staging',
      'Production',
      'Archived'
    ]);
    expect(gatesFor(version('1')).slice(0, 3)).toEqual([
      'acc >= 0.923',
      'training_acc >= 1',
      'better than current in acc'
    ]);
    expect(gatesFor(undefined)).toContain('smoke prediction');
  });

  it('know what can be rolled back', () => {
    const staged = version('1', { current_stage: 'Production' });
    const reply = { ...PAGE, versions: [version('2'), staged] };
    expect(holdersOf(reply)).toEqual([
      { place: 'champion', version: '2', canGoBack: true },
      { place: 'Production', version: '1', canGoBack: false }
    ]);
    const both = { ...PAGE.moves[0]!, place: '@champion and Production' };
    expect(holdersOf({ ...reply, moves: [both] }).map(it => it.canGoBack)).toEqual([true, true]);
  });
});

describe('the list of models', () => {
  const list = (models: ModelItem[], filter = ''): string =>
    renderToStaticMarkup(
      <ModelList
        models={models}
        filter={filter}
        setFilter={nothing}
        open={nothing}
        insert={nothing}
        now={NOW}
        trans={trans}
      />
    );

  it('shows name, versions and aliases', () => {
    const html = list([MODEL]);
    expect(html).toContain('churn');
    expect(html).toContain('2 versions');
    expect(html).toContain('champion → 2');
  });

  it('teaches where there is none, and says when none fits', () => {
    expect(list([]).replace(/<\/?span>/g, '')).toContain(REGISTERING);
    expect(list([MODEL], 'zzz')).toContain('No model fits the filter.');
  });
});

describe('the page of a model', () => {
  it('shows versions with aliases, metrics, run and moves', () => {
    const html = page(PAGE);
    expect(html).toContain('Version 2');
    expect(html).toContain('Take alias champion from version 2');
    expect(html).toContain('0.9234');
    expect(html).toContain('net 1');
    expect(html).toContain('Roll champion back to the version before');
  });

  it('offers no change of a store that can only be read', () => {
    const html = page(PAGE, true);
    expect(html).not.toContain('Take alias');
    expect(html).not.toContain('Roll champion back');
    expect(html).not.toContain('description</button>');
  });

  it('shows hostile names as text', () => {
    const hostile = { ...MODEL, name: '<script>alert(1)</script>', tags: { '<b>': '<i>' } };
    const html = page({ ...PAGE, model: hostile });
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>');
  });
});

describe('a promotion', () => {
  const REPLY: PromotionReply = {
    name: 'churn',
    version: '1',
    to: 'champion',
    is_moved: false,
    headline: 'version 1 may not become champion',
    gates: [{ name: 'acc >= 0.95', status: 'failed', message: 'acc is 0.92' }],
    previous: '2'
  };

  function draftWith(reply: PromotionReply | Error): [PromotionDraft, PromotionWish[]] {
    const wishes: PromotionWish[] = [];
    const send: SendPromotion = async wish => {
      wishes.push(wish);
      if (reply instanceof Error) {
        throw reply;
      }
      return reply;
    };
    return [new PromotionDraft(PAGE, '1', send, 'a note is needed'), wishes];
  }

  it('is checked without moving, and shows each gate', async () => {
    const [draft, wishes] = draftWith(REPLY);
    draft.setGate(0, ' acc >= 0.95 ');
    draft.addGate();
    expect(await draft.ask('check')).toBe(false);
    expect(wishes).toEqual([
      {
        version: '1',
        to: 'champion',
        gates: ['acc >= 0.95'],
        note: '',
        force: false,
        dry_run: true
      }
    ]);
    const html = renderToStaticMarkup(<PromoteForm draft={draft} trans={trans} />);
    expect(html).toContain('version 1 may not become champion');
    expect(html).toContain('acc is 0.92');
    expect(html).toContain('Version 2 is there now.');
  });

  it('stays open where a gate failed, and closes where the place moved', async () => {
    const [refused] = draftWith(REPLY);
    expect(await refused.ask('promote')).toBe(false);
    const [moved] = draftWith({ ...REPLY, is_moved: true });
    expect(await moved.ask('promote')).toBe(true);
  });

  it('by force needs a note', async () => {
    const [draft, wishes] = draftWith({ ...REPLY, is_moved: true });
    draft.set({ force: true });
    expect(await draft.ask('promote')).toBe(false);
    expect(draft.problem).toBe('a note is needed');
    draft.set({ note: 'known outlier' });
    expect(await draft.ask('promote')).toBe(true);
    expect(wishes.map(it => it.note)).toEqual(['known outlier']);
  });

  it('tells what the server said', async () => {
    const [draft] = draftWith(new Error('no gate is called x'));
    expect(await draft.ask('check')).toBe(false);
    expect(draft.problem).toBe('no gate is called x');
    draft.removeGate(0);
    expect([draft.problem, draft.fields.gates]).toEqual([null, ['']]);
  });
});

describe('a registration', () => {
  it('names the models of the run, and says what will happen', () => {
    const models = [
      {
        model_id: 'm1',
        name: 'tree',
        status: 'READY',
        flavor: 'sklearn',
        registrations: ['churn/1'],
        signature: ''
      }
    ];
    const fields = { models, names: ['churn'], model_id: 'm1', problem: null };
    const form = (name: string): string =>
      renderToStaticMarkup(
        <RegisterForm draft={{ ...fields, name }} change={nothing} trans={trans} />
      );
    expect(form('churn')).toContain('It becomes the next version of this model.');
    expect(form('new')).toContain('A new registered model is made');
    expect(form('')).toContain('already churn/1');
  });
});
