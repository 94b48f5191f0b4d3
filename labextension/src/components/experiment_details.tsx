/**
 * What is written about an experiment: its description and its tags, to read and to change.
 */
import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useState } from 'react';

import type { ExperimentItem } from '../records';
import { ownTags } from '../state/experiment_search';
import { useBusy } from './busy';
import { Description } from './description';
import type { IRender } from './rendered';

/** What can be written about experiments; whether it was done. */
export interface ExperimentWriting {
  tag(item: ExperimentItem, key: string, value: string | null): Promise<boolean>;
  describe(item: ExperimentItem, text: string): Promise<boolean>;
}

interface DetailsProps {
  item: ExperimentItem;
  writing: ExperimentWriting;
  isReadOnly: boolean;
  render: IRender;
  trans: TranslationBundle;
}

export function ExperimentDetails(props: DetailsProps): ReactElement {
  const { item, writing, isReadOnly, render, trans } = props;
  return (
    <div className="nbtrack-ExperimentDetails">
      <Description
        text={item.description}
        save={isReadOnly ? null : text => writing.describe(item, text)}
        render={render}
        empty={trans.__('Nothing is written about this experiment yet.')}
        trans={trans}
      />
      <Tags {...props} />
    </div>
  );
}

/** A tag as it is written. */
interface Draft {
  key: string;
  value: string;
}

function Tags({ item, writing, isReadOnly, trans }: DetailsProps): ReactElement {
  const [draft, setDraft] = useState<Draft | null>(null);
  return (
    <>
      <ul className="nbtrack-Tags" aria-label={trans.__('Tags of %1', item.name)}>
        {ownTags(item.tags).map(([key, value]) => (
          <li key={key} className="nbtrack-Chip">
            <button
              type="button"
              disabled={isReadOnly}
              title={trans.__('Change the tag %1', key)}
              onClick={() => setDraft({ key, value })}
            >
              {value ? `${key}: ${value}` : key}
            </button>
            {isReadOnly ? null : (
              <button
                type="button"
                aria-label={trans.__('Take the tag %1 away', key)}
                title={trans.__('Take the tag %1 away', key)}
                onClick={() => void writing.tag(item, key, null)}
              >
                <closeIcon.react tag="span" className="nbtrack-Icon" />
              </button>
            )}
          </li>
        ))}
        {isReadOnly || draft ? null : (
          <li>
            <button
              type="button"
              className="nbtrack-Chip nbtrack-mod-add"
              onClick={() => setDraft({ key: '', value: '' })}
            >
              <addIcon.react tag="span" className="nbtrack-Icon" />
              {trans.__('Tag')}
            </button>
          </li>
        )}
      </ul>
      {draft ? (
        <TagLine
          draft={draft}
          setDraft={setDraft}
          keep={async key => {
            if (await writing.tag(item, key, draft.value)) {
              setDraft(null);
            }
          }}
          trans={trans}
        />
      ) : null}
    </>
  );
}

/** The fields of a tag. */
function TagLine(props: {
  draft: Draft;
  setDraft(draft: Draft | null): void;
  keep(key: string): Promise<void>;
  trans: TranslationBundle;
}): ReactElement {
  const { draft, setDraft, trans } = props;
  const [isBusy, during] = useBusy();
  return (
    <form
      className="nbtrack-TagLine"
      onSubmit={event => {
        event.preventDefault();
        if (draft.key.trim()) {
          during(() => props.keep(draft.key.trim()));
        }
      }}
    >
      <input
        className="jp-mod-styled"
        aria-label={trans.__('Key')}
        placeholder={trans.__('Key')}
        // The form is there because someone asked for it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        required
        value={draft.key}
        onChange={event => setDraft({ ...draft, key: event.target.value })}
      />
      <input
        className="jp-mod-styled"
        aria-label={trans.__('Value')}
        placeholder={trans.__('Value')}
        value={draft.value}
        onChange={event => setDraft({ ...draft, value: event.target.value })}
      />
      <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={isBusy}>
        {trans.__('Save')}
      </button>
      <button type="button" className="jp-mod-styled" onClick={() => setDraft(null)}>
        {trans.__('Cancel')}
      </button>
    </form>
  );
}
