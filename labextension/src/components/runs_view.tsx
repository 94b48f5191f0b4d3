/**
 * The section Runs: what is asked, the list, and how much there is.
 */
import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useCallback, useEffect, useReducer, useRef, useState } from 'react';

import type { RunRow } from '../records';
import type { RunsModel } from '../state/runs';
import { nextOrder } from '../state/view';
import type { INbtrack } from '../tokens';
import { ColumnChooser } from './column_chooser';
import { type Emptiness, EmptyRuns, FIRST_CELLS } from './empty_runs';
import { FilterBox } from './filter_box';
import { RunTable } from './run_table';

const ALL = '';

interface RunsViewProps {
  nbtrack: INbtrack;
  model: RunsModel;
  isChoosing: boolean;
  onChoosing(isChoosing: boolean): void;
  /** Keys such as F2 and Delete; whether something was done. */
  onKey(key: string): boolean;
}

export function RunsView(props: RunsViewProps): ReactElement {
  const { nbtrack, model, isChoosing, onChoosing } = props;
  const { trans, requests } = nbtrack;
  const why = emptiness(nbtrack, model);
  const isOpen = nbtrack.stores.current !== null;
  return (
    <div className="nbtrack-Runs">
      {requests.isOnline ? null : (
        <div className="nbtrack-Offline" role="status">
          {trans.__('The server is not reachable. Trying again…')}
        </div>
      )}
      <StoreChoice nbtrack={nbtrack} />
      {nbtrack.stores.current?.is_read_only ? (
        <div className="nbtrack-ReadOnly">
          {trans.__('You may read this store, but not write to it.')}
        </div>
      ) : null}
      {isOpen ? <Questions nbtrack={nbtrack} model={model} /> : null}
      {isChoosing ? (
        <ColumnChooser
          trans={trans}
          available={model.available}
          columns={model.columns}
          grouping={model.view.grouping}
          onColumns={columns => model.look({ columns })}
          areDeleted={model.view.areDeleted}
          onDeleted={areDeleted => model.look({ areDeleted })}
          onGrouping={grouping => model.look({ grouping })}
          onClose={() => onChoosing(false)}
        />
      ) : null}
      {model.trouble && !model.trouble.isFilter && why?.kind !== 'problem' ? (
        <div className="nbtrack-Trouble" role="alert">
          {model.trouble.message}
        </div>
      ) : null}
      {why ? (
        <EmptyRuns
          trans={trans}
          why={why}
          canInsert={nbtrack.stores.notebook !== null && nbtrack.actions.has('restoreCode')}
          onInsert={() => void insert(nbtrack)}
          onClear={() => model.look({ filter: '', areDeleted: false })}
          onAll={() => model.look({ onlyThisNotebook: false })}
        />
      ) : (
        <List {...props} />
      )}
      {why ? null : <Footer trans={trans} model={model} />}
      <Announcement trans={trans} model={model} />
    </div>
  );
}

async function insert({ actions }: INbtrack): Promise<void> {
  for (const cell of FIRST_CELLS) {
    await actions.run.restoreCode(cell);
  }
}

function emptiness({ stores }: INbtrack, model: RunsModel): Emptiness | null {
  const { view } = model;
  if (stores.isUnserved) {
    return { kind: 'unserved' };
  }
  if (!stores.isKnown) {
    return { kind: 'looking' };
  }
  if (stores.current === null || stores.current.is_missing) {
    return { kind: 'no store' };
  }
  if (stores.current.problem !== null) {
    return { kind: 'problem', message: stores.current.problem };
  }
  if (!model.isKnown) {
    return model.trouble ? null : { kind: 'looking' };
  }
  if (model.total > 0) {
    return null;
  }
  if (model.isWaiting && !model.trouble) {
    return { kind: 'looking' };
  }
  if (view.areDeleted) {
    return { kind: 'none deleted' };
  }
  if (view.filter.trim()) {
    return { kind: 'no match' };
  }
  return { kind: view.onlyThisNotebook && stores.notebook ? 'no run here' : 'no run' };
}

/** Which store is looked at; nothing to choose with one store. */
function StoreChoice({ nbtrack: { stores, trans } }: { nbtrack: INbtrack }): ReactElement | null {
  const { items, current } = stores;
  if (items.length === 0 || (items.length === 1 && current !== null)) {
    return null;
  }
  return (
    <label className="nbtrack-Choice">
      <span>{trans.__('Store')}</span>
      <HTMLSelect
        aria-label={trans.__('Store')}
        title={current?.path}
        value={current?.store_id ?? ALL}
        onChange={event => stores.choose(event.target.value || null)}
      >
        <option value={ALL}>{trans.__('that of the notebook')}</option>
        {items.map(it => (
          <option key={it.store_id} value={it.store_id} title={it.path}>
            {it.is_read_only ? trans.__('%1 (read-only)', it.name) : it.name}
          </option>
        ))}
      </HTMLSelect>
    </label>
  );
}

/** Which runs: of which experiment, of which notebook, under which filter. */
function Questions({ nbtrack, model }: { nbtrack: INbtrack; model: RunsModel }): ReactElement {
  const { trans, stores } = nbtrack;
  const { view, experiments } = model;
  const chosen = view.experiment_id;
  const isListed = chosen === null || experiments.some(it => it.experiment_id === chosen);
  return (
    <>
      <div className="nbtrack-Choices">
        <HTMLSelect
          aria-label={trans.__('Experiment')}
          value={chosen ?? ALL}
          onChange={event => model.look({ experiment_id: event.target.value || null })}
        >
          <option value={ALL}>{trans.__('All experiments')}</option>
          {isListed ? null : <option value={chosen}>{chosen}</option>}
          {experiments.map(it => (
            <option key={it.experiment_id} value={it.experiment_id}>
              {trans.__('%1 (%2)', it.name, it.run_count)}
            </option>
          ))}
        </HTMLSelect>
        <label className="nbtrack-Only" title={stores.notebook ?? trans.__('No notebook is open.')}>
          <input
            type="checkbox"
            checked={view.onlyThisNotebook}
            onChange={event => model.look({ onlyThisNotebook: event.target.checked })}
          />
          {trans.__('This notebook')}
        </label>
      </div>
      <FilterBox
        trans={trans}
        filter={view.filter}
        language={model.language}
        trouble={model.trouble?.isFilter ? model.trouble : null}
        onFilter={filter => filter !== model.view.filter && model.look({ filter })}
      />
    </>
  );
}

/** The list itself, grouped or not. */
function List({ nbtrack, model, onKey }: RunsViewProps): ReactElement {
  const { trans, actions } = nbtrack;
  const { view } = model;
  const onSee = useCallback((first: number, last: number) => model.see(first, last), [model]);
  const onOpen = useCallback((row: RunRow) => actions.run.openRun(row.run_id), [actions]);
  const onFold = useCallback((key: string) => model.fold(key), [model]);
  return (
    <RunTable
      trans={trans}
      total={model.lineCount}
      grouping={view.grouping}
      lineAt={index => model.lineAt(index)}
      columns={useStable(model.columns)}
      order={view.order}
      question={JSON.stringify([view.filter, view.order, view.experiment_id, view.grouping])}
      selection={model.selection}
      isBusy={model.isLoading}
      onSee={onSee}
      onSelect={selection => {
        model.selection = selection;
      }}
      onOpen={onOpen}
      onOrder={column => model.look({ order: nextOrder(view.order, column) })}
      onFold={onFold}
      onKey={onKey}
    />
  );
}

/** The same array as long as it holds the same texts, so that lines need not be drawn again. */
function useStable(texts: string[]): string[] {
  const kept = useRef(texts);
  if (kept.current.join('\n') !== texts.join('\n')) {
    kept.current = texts;
  }
  return kept.current;
}

/** How many runs there are, in how many groups. */
function countOf({ total, grouped, isGrouped, view }: RunsModel, trans: TranslationBundle): string {
  const count = trans._n('%2 run', '%2 runs', total, total.toLocaleString());
  const groups = grouped.groups.total;
  return isGrouped && view.grouping !== 'parent'
    ? trans._n('%3 in a group', '%3 in %2 groups', groups, groups.toLocaleString(), count)
    : count;
}

/** How many runs there are, and how many are selected. */
function Footer({ trans, model }: { trans: TranslationBundle; model: RunsModel }): ReactElement {
  const { selection } = model;
  return (
    <div className="nbtrack-Footer">
      <span>{countOf(model, trans)}</span>
      {selection.ids.length > 0 ? (
        <span>{trans.__('%1 selected', selection.ids.length)}</span>
      ) : null}
    </div>
  );
}

/**
 * Says to screen readers how many runs an answer has once somebody asked for others; of runs that
 * come and go by themselves it says nothing.
 */
function Announcement(props: { trans: TranslationBundle; model: RunsModel }): ReactElement {
  const { trans, model } = props;
  const { experiment_id, onlyThisNotebook, filter, grouping, areDeleted } = model.view;
  const asked = JSON.stringify([experiment_id, onlyThisNotebook, filter, grouping, areDeleted]);
  const answered = useRef(asked);
  const [said, setSaid] = useState('');
  const { isWaiting } = model;
  const count = countOf(model, trans);
  useEffect(() => {
    if (!isWaiting && asked !== answered.current) {
      answered.current = asked;
      setSaid(count);
    }
  }, [isWaiting, asked, count]);
  return (
    <div role="status" className="nbtrack-VisuallyHidden">
      {said}
    </div>
  );
}

/** Draws again whenever the model, the stores or the line to the server change. */
export function LiveRunsView(props: RunsViewProps): ReactElement {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const { nbtrack, model } = props;
  useEffect(() => {
    const signals = [model.changed, nbtrack.stores.changed];
    signals.forEach(it => it.connect(draw));
    return () => signals.forEach(it => it.disconnect(draw));
  }, [model, nbtrack]);
  return <RunsView {...props} />;
}
