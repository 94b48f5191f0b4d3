/**
 * The form of a promotion: version, place, gates, note, and the report of the gates.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useId, useRef } from 'react';

import type { PromotionReply } from '../records';
import type { PromotionDraft } from './promotion_draft';

interface FormProps {
  draft: PromotionDraft;
  trans: TranslationBundle;
}

/** The form. */
export function PromoteForm({ draft, trans }: FormProps): JSX.Element {
  const { fields } = draft;
  return (
    <div className="nbtrack-Form" aria-busy={draft.isBusy}>
      <PlaceFields draft={draft} trans={trans} />
      <GateFields draft={draft} trans={trans} />
      <label className="nbtrack-Form-field">
        {trans.__('Note')}
        <input
          className="jp-mod-styled"
          value={fields.note}
          placeholder={trans.__('Why, in your words')}
          onChange={event => draft.set({ note: event.target.value })}
        />
      </label>
      <label className="nbtrack-Form-check">
        <input
          type="checkbox"
          checked={fields.force}
          onChange={event => draft.set({ force: event.target.checked })}
        />
        {trans.__('Promote even if a gate fails (needs a note)')}
      </label>
      <div role="status" aria-live="polite">
        {draft.isBusy ? <p>{trans.__('Asking the gates…')}</p> : null}
        {draft.problem ? <p className="nbtrack-Form-problem">{draft.problem}</p> : null}
        {draft.report ? <GateReport report={draft.report} trans={trans} /> : null}
      </div>
    </div>
  );
}

function PlaceFields({ draft, trans }: FormProps): JSX.Element {
  const places = useId();
  const { fields, holder } = draft;
  return (
    <>
      <label className="nbtrack-Form-field">
        {trans.__('Version')}
        <select
          className="jp-mod-styled"
          value={fields.version}
          onChange={event => draft.set({ version: event.target.value })}
        >
          {draft.page.versions.map(it => (
            <option key={it.version} value={it.version}>
              {it.run_name ? trans.__('%1 – %2', it.version, it.run_name) : it.version}
            </option>
          ))}
        </select>
      </label>
      <label className="nbtrack-Form-field">
        {trans.__('To (alias or stage)')}
        <input
          className="jp-mod-styled nbtrack-Form-place"
          list={places}
          value={fields.to}
          onChange={event => draft.set({ to: event.target.value })}
        />
        <datalist id={places}>
          {draft.places.map(it => (
            <option key={it} value={it} />
          ))}
        </datalist>
      </label>
      <p className="nbtrack-Form-hint">
        {holder === null
          ? trans.__('No version is there now.')
          : trans.__('Version %1 is there now.', holder)}
      </p>
    </>
  );
}

function GateFields({ draft, trans }: FormProps): JSX.Element {
  const known = useId();
  return (
    <fieldset className="nbtrack-Form-gates">
      <legend>{trans.__('Gates: what must hold')}</legend>
      {draft.fields.gates.map((gate, place) => (
        <div className="nbtrack-Form-gate" key={place}>
          <input
            className="jp-mod-styled"
            list={known}
            value={gate}
            aria-label={trans.__('Gate %1', place + 1)}
            placeholder={draft.suggestions[0] ?? 'accuracy >= 0.9'}
            onChange={event => draft.setGate(place, event.target.value)}
          />
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            aria-label={trans.__('Remove gate %1', place + 1)}
            onClick={() => draft.removeGate(place)}
          >
            ×
          </button>
        </div>
      ))}
      <datalist id={known}>
        {draft.suggestions.map(it => (
          <option key={it} value={it} />
        ))}
      </datalist>
      <button
        type="button"
        className="jp-mod-styled jp-mod-minimal"
        onClick={() => draft.addGate()}
      >
        {trans.__('Add a gate')}
      </button>
      <p className="nbtrack-Form-hint">
        {trans.__(
          'Such as “accuracy >= 0.9”, “better than current in f1”, “same schema”, “smoke prediction”, “approved by ana”. Without gates the version is promoted as it is.'
        )}
      </p>
    </fieldset>
  );
}

const MARKS: Record<string, string> = { passed: '✓', failed: '✗', skipped: '–', error: '!' };

/** What each gate said. */
export function GateReport(props: {
  report: PromotionReply;
  trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [report]);
  const told: Record<string, string> = {
    passed: trans.__('passed'),
    failed: trans.__('failed'),
    skipped: trans.__('skipped'),
    error: trans.__('could not be asked')
  };
  return (
    <section
      ref={section}
      className="nbtrack-GateReport"
      aria-label={trans.__('Report of the gates')}
    >
      <p className="nbtrack-GateReport-headline">{report.headline}</p>
      <ul>
        {report.gates.map((gate, place) => (
          <li key={place} data-status={gate.status}>
            <span aria-hidden="true">{MARKS[gate.status]}</span> <strong>{gate.name}</strong>{' '}
            {told[gate.status]}
            {gate.message ? <div>{gate.message}</div> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
