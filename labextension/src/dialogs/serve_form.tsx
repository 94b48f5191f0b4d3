/**
 * The form of a new endpoint: which version, how it is called, where it listens.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ServeDraft, ServeFault, ServeFields, Sharing } from './serve_draft';

interface FormProps {
  draft: ServeDraft;
  change: (fields: Partial<ServeFields>) => void;
  trans: TranslationBundle;
}

/** The form. */
export function ServeForm(props: FormProps): JSX.Element {
  const { draft, change, trans } = props;
  const { fields } = draft;
  return (
    <div className="nbtrack-Form" aria-busy={draft.isBusy}>
      <label className="nbtrack-Form-field">
        {trans.__('Version')}
        <VersionSelect
          draft={draft}
          value={fields.which}
          choose={which => change({ which })}
          trans={trans}
        />
      </label>
      <TextField
        label={trans.__('Name of the endpoint')}
        value={fields.name}
        change={name => change({ name })}
        className="nbtrack-Form-name"
      />
      <div className="nbtrack-Form-row">
        <TextField
          label={trans.__('Port')}
          value={fields.port}
          hint={trans.__('any free one')}
          change={port => change({ port })}
        />
        <TextField
          label={trans.__('Workers')}
          value={fields.workers}
          change={workers => change({ workers })}
        />
        <TextField
          label={trans.__('Log of predictions, %')}
          value={fields.log}
          change={log => change({ log })}
        />
      </div>
      <Checks {...props} />
      <TextField
        label={trans.__('Token that clients must send')}
        value={fields.token}
        hint={trans.__('none: everyone on this machine may ask')}
        isSecret
        change={token => change({ token })}
      />
      <SharingFields {...props} />
      <div role="status" aria-live="polite">
        {draft.isBusy ? <p>{trans.__('Starting…')}</p> : null}
        {draft.problem ? <p className="nbtrack-Form-problem">{draft.problem}</p> : null}
      </div>
    </div>
  );
}

/** Why it cannot be started as it was filled in. */
export function faultWords(fault: ServeFault, trans: TranslationBundle): string {
  return {
    name: trans.__('A name is made of letters, digits, dots, lines and dashes.'),
    port: trans.__('A port is a number from 1 to 65535; left empty, a free one is taken.'),
    workers: trans.__('Workers are a number from 1 to 64.'),
    log: trans.__('The log takes 0 to 100 % of the requests.'),
    share: trans.__('The share is 0 to 100 %.'),
    other: trans.__('Choose another version to share the traffic with.')
  }[fault];
}

function Checks({ draft, change, trans }: FormProps): JSX.Element {
  const { keep, follow, allow } = draft.fields;
  return (
    <>
      <label className="nbtrack-Form-check">
        <input
          type="checkbox"
          checked={keep}
          onChange={event => change({ keep: event.target.checked })}
        />
        {trans.__('Keep it running when Jupyter ends')}
      </label>
      <label className="nbtrack-Form-check">
        <input
          type="checkbox"
          checked={follow && draft.isAlias}
          disabled={!draft.isAlias}
          onChange={event => change({ follow: event.target.checked })}
        />
        {trans.__('Follow the alias: serve the new version once it moves')}
      </label>
      <label className="nbtrack-Form-check">
        <input
          type="checkbox"
          checked={allow}
          onChange={event => change({ allow: event.target.checked })}
        />
        {trans.__('I trust its files, even if I did not log them (a pickle runs code)')}
      </label>
    </>
  );
}

function SharingFields(props: FormProps): JSX.Element {
  const { draft, change, trans } = props;
  const { sharing, other, share, key } = draft.fields;
  const ways: [string, string][] = [
    ['', trans.__('with none')],
    ['split', trans.__('A/B: split by a key')],
    ['canary', trans.__('canary: stops itself on errors')],
    ['shadow', trans.__('shadow: sees all, answers nothing')],
    ['bandit', trans.__('bandit: learns from rewards')]
  ];
  return (
    <fieldset className="nbtrack-Form-gates">
      <legend>{trans.__('Share the traffic with another version')}</legend>
      <select
        className="jp-mod-styled"
        aria-label={trans.__('How the traffic is shared')}
        value={sharing ?? ''}
        disabled={draft.choices.length < 2}
        onChange={event => {
          const chosen = (event.target.value || null) as Sharing;
          change({ sharing: chosen, share: chosen === 'canary' ? '10' : '50' });
        }}
      >
        {ways.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      {sharing === null ? null : (
        <div className="nbtrack-Form-row">
          <label className="nbtrack-Form-field">
            {trans.__('Other version')}
            <VersionSelect
              draft={draft}
              value={other}
              choose={it => change({ other: it })}
              trans={trans}
            />
          </label>
          {sharing === 'shadow' ? null : (
            <>
              <TextField
                label={trans.__('Its share, %')}
                value={share}
                change={it => change({ share: it })}
              />
              <TextField
                label={trans.__('Key column')}
                value={key}
                hint={trans.__('the header')}
                change={it => change({ key: it })}
              />
            </>
          )}
        </div>
      )}
    </fieldset>
  );
}

function VersionSelect(props: {
  draft: ServeDraft;
  value: string;
  choose: (which: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { draft, trans } = props;
  const { aliases } = draft.page.model;
  const label = (which: string): string => {
    const held = which.startsWith('@') ? aliases[which.slice(1)] : undefined;
    return held === undefined ? which : trans.__('%1 – now version %2', which, held);
  };
  return (
    <select
      className="jp-mod-styled"
      value={props.value}
      onChange={event => props.choose(event.target.value)}
    >
      {draft.choices.map(it => (
        <option key={it} value={it}>
          {label(it)}
        </option>
      ))}
    </select>
  );
}

function TextField(props: {
  label: string;
  value: string;
  change: (value: string) => void;
  hint?: string;
  isSecret?: boolean;
  className?: string;
}): JSX.Element {
  return (
    <label className="nbtrack-Form-field">
      {props.label}
      <input
        className={`jp-mod-styled ${props.className ?? ''}`}
        type={props.isSecret ? 'password' : 'text'}
        autoComplete={props.isSecret ? 'new-password' : 'off'}
        value={props.value}
        placeholder={props.hint}
        onChange={event => props.change(event.target.value)}
      />
    </label>
  );
}
