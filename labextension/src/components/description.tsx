/**
 * The text about a run, a model or an experiment: markdown to read, a field to write it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type RefObject, useEffect, useRef, useState } from 'react';

import { useBusy } from './busy';
import { Rendered, type IRender } from './rendered';

/**
 * The text with a button to change it.
 */
export function Description(props: {
  text: string;
  /** Keeps it; false leaves the field open. Null where nothing may be changed. */
  save: ((text: string) => Promise<boolean>) | null;
  render: IRender;
  /** What stands in the place of no text. */
  empty?: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { text, save, trans } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const [isBusy, during] = useBusy();
  const opener = useReturn(draft !== null);
  if (draft === null) {
    return (
      <div className="nbtrack-Description">
        {text ? (
          <Rendered text={text} media="text/markdown" render={props.render} />
        ) : (
          <p className="nbtrack-Empty">
            {props.empty ?? trans.__('Nothing is written about this run yet.')}
          </p>
        )}
        {save ? (
          <button
            ref={opener}
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            onClick={() => setDraft(text)}
          >
            {text ? trans.__('Change the description') : trans.__('Write a description')}
          </button>
        ) : null}
      </div>
    );
  }
  return (
    <form
      className="nbtrack-Description"
      onSubmit={event => {
        event.preventDefault();
        during(async () => {
          if (await save?.(draft)) {
            setDraft(null);
          }
        });
      }}
    >
      <textarea
        className="jp-mod-styled"
        aria-label={trans.__('Description in Markdown')}
        // The form is there because someone asked for it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        rows={6}
        readOnly={isBusy}
        value={draft}
        onChange={event => setDraft(event.target.value)}
      />
      <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={isBusy}>
        {trans.__('Save')}
      </button>{' '}
      <button type="button" className="jp-mod-styled jp-mod-reject" onClick={() => setDraft(null)}>
        {trans.__('Cancel')}
      </button>
    </form>
  );
}

/** For the button that opens a form: it has the focus again once the form has closed. */
function useReturn(isOpen: boolean): RefObject<HTMLButtonElement> {
  const opener = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) {
      opener.current?.focus();
    }
    wasOpen.current = isOpen;
  }, [isOpen]);
  return opener;
}
