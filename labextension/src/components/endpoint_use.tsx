/**
 * How an endpoint is used: a form made of the signature, and code in several languages.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { InputItem, SnippetItem, TryReply, UseReply } from '../records';
import { milliseconds } from '../state/endpoint_words';
import { hasField, keyOf, laidOut, type Trial } from '../state/endpoint_trial';
import { Rendered, type IRender } from './rendered';
import { Tabs } from './tabs';

interface UseProps {
  use: UseReply;
  trial: Trial;
  needsToken: boolean;
  isLive: boolean;
  copy: (text: string) => void;
  render: IRender;
  trans: TranslationBundle;
}

/** Form and answer beside the code. */
export function EndpointUse(props: UseProps): JSX.Element {
  const { use, trans } = props;
  return (
    <div className="nbtrack-Use">
      <section aria-label={trans.__('Try it')}>
        <TrialForm {...props} />
      </section>
      <section aria-label={trans.__('Code')}>
        <Snippets snippets={use.snippets} {...props} />
      </section>
    </div>
  );
}

function TrialForm(props: UseProps): JSX.Element {
  const { use, trial, trans } = props;
  const canForm = use.inputs.some(hasField);
  return (
    <form
      className="nbtrack-Trial"
      aria-busy={trial.isBusy}
      onSubmit={event => {
        event.preventDefault();
        void trial.ask();
      }}
    >
      {canForm ? (
        <label className="nbtrack-Form-check">
          <input
            type="checkbox"
            checked={trial.isRaw}
            onChange={event => trial.beRaw(event.target.checked)}
          />
          {trans.__('Write the request as JSON')}
        </label>
      ) : null}
      {trial.isRaw ? (
        <textarea
          className="jp-mod-styled nbtrack-Trial-body"
          aria-label={trans.__('Request')}
          spellCheck={false}
          value={trial.body}
          onChange={event => trial.writeBody(event.target.value)}
        />
      ) : (
        <Fields {...props} />
      )}
      {props.needsToken ? (
        <label className="nbtrack-Trial-field">
          <span>{trans.__('Token')}</span>
          <input
            className="jp-mod-styled"
            type="password"
            autoComplete="off"
            defaultValue={trial.token}
            onChange={event => {
              trial.token = event.target.value;
            }}
          />
        </label>
      ) : null}
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept"
        disabled={!props.isLive || trial.isBusy}
        title={props.isLive ? undefined : trans.__('It is not running: start it again first.')}
      >
        {trans.__('Send')}
      </button>
      <Outcome trial={trial} copy={props.copy} trans={trans} />
    </form>
  );
}

function Fields({ use, trial, trans }: UseProps): JSX.Element {
  return (
    <div className="nbtrack-Trial-fields">
      {use.inputs.map(it => (
        <label key={keyOf(it)} className="nbtrack-Trial-field">
          <span title={it.name}>{it.name}</span>
          <Field
            input={it}
            text={trial.values.get(keyOf(it)) ?? ''}
            write={text => trial.write(it, text)}
            isWrong={trial.fault?.name === it.name}
          />
          <small>
            {[
              it.type,
              it.kind === 'param' ? trans.__('param') : '',
              it.required ? '' : trans.__('may be empty')
            ]
              .filter(Boolean)
              .join(' · ')}
          </small>
        </label>
      ))}
    </div>
  );
}

function Field(props: {
  input: InputItem;
  text: string;
  write: (text: string) => void;
  isWrong: boolean;
}): JSX.Element {
  const { input, text, write, isWrong } = props;
  const isPlain = /^(double|float|integer|long|string|datetime|binary)$/.test(input.type);
  if (input.type === 'boolean') {
    return (
      <select
        className="jp-mod-styled"
        value={text}
        aria-invalid={isWrong}
        onChange={event => write(event.target.value)}
      >
        {['', 'true', 'false'].map(it => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </select>
    );
  }
  return isPlain ? (
    <input
      className="jp-mod-styled"
      value={text}
      aria-invalid={isWrong}
      autoComplete="off"
      inputMode={/^(double|float|integer|long)$/.test(input.type) ? 'decimal' : 'text'}
      onChange={event => write(event.target.value)}
    />
  ) : (
    <textarea
      className="jp-mod-styled"
      rows={2}
      spellCheck={false}
      value={text}
      aria-invalid={isWrong}
      onChange={event => write(event.target.value)}
    />
  );
}

function Outcome(props: {
  trial: Trial;
  copy: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { trial, trans } = props;
  const { fault, problem, reply } = trial;
  return (
    <div role="status" aria-live="polite" aria-label={trans.__('Answer')}>
      {trial.isBusy ? <p>{trans.__('Asking…')}</p> : null}
      {fault === null ? null : (
        <p className="nbtrack-Problem">
          {fault.isMissing
            ? trans.__('%1 needs a value.', fault.name)
            : trans.__('%1 is no %2.', fault.name, fault.type)}
        </p>
      )}
      {problem === null ? null : <p className="nbtrack-Problem">{problem}</p>}
      {reply === null ? null : <AnswerOf reply={reply} copy={props.copy} trans={trans} />}
    </div>
  );
}

function AnswerOf(props: {
  reply: TryReply;
  copy: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { reply, copy, trans } = props;
  const isGood = reply.status < 400;
  const facts = [
    trans.__('in %1', milliseconds(reply.seconds * 1000)),
    reply.version ? trans.__('by version %1', reply.version) : '',
    reply.variant ? trans.__('variant %1', reply.variant) : ''
  ];
  return (
    <div className="nbtrack-Trial-answer" data-status={isGood ? 'good' : 'bad'}>
      <p>
        <strong>
          {isGood ? trans.__('%1 answered', reply.status) : trans.__('%1 refused', reply.status)}
        </strong>{' '}
        {facts.filter(Boolean).join(' · ')}{' '}
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => copy(reply.body)}
        >
          {trans.__('Copy')}
        </button>
      </p>
      <pre>{isGood ? laidOut(reply.body) : messageOf(reply.body)}</pre>
    </div>
  );
}

/** What an error says, without the JSON around it. */
export function messageOf(body: string): string {
  try {
    const told: unknown = JSON.parse(body);
    const { message } = told as { message?: unknown };
    return typeof message === 'string' ? message : laidOut(body);
  } catch {
    return body;
  }
}

const LANGUAGES: Record<string, [string, string]> = {
  curl: ['curl', 'sh'],
  python: ['Python', 'python'],
  javascript: ['JavaScript', 'javascript']
};

function Snippets(props: UseProps & { snippets: readonly SnippetItem[] }): JSX.Element {
  const { snippets, trans, render, copy } = props;
  const [language, setLanguage] = useState(snippets[0]?.language ?? '');
  return (
    <Tabs
      label={trans.__('Code')}
      current={language}
      choose={setLanguage}
      tabs={snippets.map(it => ({
        name: it.language,
        label: LANGUAGES[it.language]?.[0] ?? it.language,
        show: () => (
          <div className="nbtrack-Snippet">
            <button
              type="button"
              className="jp-mod-styled jp-mod-minimal"
              onClick={() => copy(it.code)}
            >
              {trans.__('Copy')}
            </button>
            <Rendered
              text={`\`\`\`${LANGUAGES[it.language]?.[1] ?? ''}\n${it.code}\n\`\`\``}
              media="text/markdown"
              render={render}
            />
          </div>
        )
      }))}
    />
  );
}
