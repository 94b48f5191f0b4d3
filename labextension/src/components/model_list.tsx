/**
 * The registered models of a store, with a filter; where there are none, how to make one.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModelItem } from '../records';
import { ago, moment } from '../state/format';
import { modelsWhere } from '../state/model_words';
import { Sample } from './sample';

/** The list. */
export function ModelList(props: {
  models: readonly ModelItem[];
  /** Why the store cannot be asked. */
  reason?: string | null;
  filter: string;
  setFilter: (filter: string) => void;
  open: (name: string) => void;
  insert: (code: string) => void;
  now: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { models, filter, trans } = props;
  if (props.reason) {
    return (
      <p className="nbtrack-Empty" role="alert">
        {props.reason}
      </p>
    );
  }
  if (models.length === 0) {
    return <NoModels insert={props.insert} trans={trans} />;
  }
  const found = modelsWhere(models, filter);
  return (
    <div className="nbtrack-Models">
      <input
        type="search"
        className="jp-mod-styled nbtrack-Models-filter"
        placeholder={trans.__('Filter by name, alias or tag')}
        aria-label={trans.__('Filter models')}
        value={filter}
        onChange={event => props.setFilter(event.target.value)}
      />
      <ul className="nbtrack-Models-list" aria-label={trans.__('Registered models')}>
        {found.map(it => (
          <li key={it.name}>
            <ModelRow model={it} open={props.open} now={props.now} trans={trans} />
          </li>
        ))}
      </ul>
      <p className="nbtrack-Models-none" role="status">
        {found.length === 0 ? trans.__('No model fits the filter.') : ''}
      </p>
    </div>
  );
}

function ModelRow(props: {
  model: ModelItem;
  open: (name: string) => void;
  now: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  const aliases = Object.entries(model.aliases);
  const count = trans._n('%1 version', '%1 versions', model.version_count);
  return (
    <button type="button" className="nbtrack-ModelRow" onClick={() => props.open(model.name)}>
      <span className="nbtrack-ModelRow-name" title={model.name}>
        {model.name}
      </span>
      <span
        className="nbtrack-ModelRow-facts"
        title={moment(model.last_updated_timestamp)}
      >{`${count} · ${ago(model.last_updated_timestamp, props.now)}`}</span>
      {aliases.length > 0 ? (
        <span className="nbtrack-ModelRow-aliases">
          {aliases.map(([alias, version]) => (
            <span className="nbtrack-Chip" key={alias}>{`${alias} → ${version}`}</span>
          ))}
        </span>
      ) : null}
    </button>
  );
}

/** The magic that registers a model. */
export const REGISTERING = '%%track --model model --register my-model';

function NoModels(props: {
  insert: (code: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { insert, trans } = props;
  return (
    <div className="nbtrack-Empty nbtrack-Models-empty">
      <p>{trans.__('No model is registered yet.')}</p>
      <p>{trans.__('Name the variable of a fitted model above the cell that fits it:')}</p>
      <Sample code={REGISTERING} />
      <button type="button" className="jp-mod-styled" onClick={() => insert(`${REGISTERING}\n`)}>
        {trans.__('Insert into a new cell')}
      </button>
      <p>{trans.__('Or open a run that logged a model, and register it there.')}</p>
    </div>
  );
}
