/**
 * The form of a registration: one of the run's models, and the name of a registered model.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useId } from 'react';

import type { LoggedModelItem } from '../records';

/** What is filled in. */
export interface RegisterFields {
  readonly models: readonly LoggedModelItem[];
  readonly names: readonly string[];
  readonly model_id: string;
  readonly name: string;
  readonly problem: string | null;
}

/** The form. */
export function RegisterForm(props: {
  draft: RegisterFields;
  change: (fields: { model_id?: string; name?: string }) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { draft, change, trans } = props;
  const names = useId();
  const group = useId();
  const isNamed = draft.name.trim() !== '';
  const isKnown = draft.names.includes(draft.name.trim());
  return (
    <div className="nbtrack-Form">
      <fieldset className="nbtrack-Form-models">
        <legend>{trans.__('Model of the run')}</legend>
        {draft.models.map(it => (
          <label className="nbtrack-Form-check" key={it.model_id}>
            <input
              type="radio"
              name={group}
              checked={it.model_id === draft.model_id}
              onChange={() => change({ model_id: it.model_id })}
            />
            <span>
              {it.name} {it.flavor ? <em>{it.flavor}</em> : null}
              {it.registrations.length > 0 ? (
                <small> {trans.__('already %1', it.registrations.join(', '))}</small>
              ) : null}
            </span>
          </label>
        ))}
      </fieldset>
      <label className="nbtrack-Form-field">
        {trans.__('Name')}
        <input
          className="jp-mod-styled nbtrack-Form-name"
          list={names}
          value={draft.name}
          onChange={event => change({ name: event.target.value })}
        />
        <datalist id={names}>
          {draft.names.map(it => (
            <option key={it} value={it} />
          ))}
        </datalist>
      </label>
      <p className="nbtrack-Form-hint">
        {isKnown
          ? trans.__('It becomes the next version of this model.')
          : isNamed
            ? trans.__('A new registered model is made, with this as its version 1.')
            : trans.__('A name that is known gets another version, a new one its first.')}
      </p>
      <p className="nbtrack-Form-problem" role="alert">
        {draft.problem}
      </p>
    </div>
  );
}
