/**
 * A registered model: what it is for, its aliases, its versions, and where its aliases went.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ModelReply, MoveItem } from '../records';
import { ago, moment } from '../state/format';
import { holdersOf } from '../state/model_words';
import { Description } from './description';
import type { IRender } from './rendered';
import { Tags, VersionCard, type VersionActs } from './version_card';

/** What can be done with a model. */
export interface ModelActs extends VersionActs {
  close: () => void;
  /** Whether it was kept. */
  describe: (text: string) => Promise<boolean>;
  compare: (run_ids: string[]) => void;
  /** `version` is the one that has the place now. */
  rollback: (place: string, version: string) => void;
  /** Serves what an alias points to, without a question. */
  serveAlias: (alias: string) => void;
}

interface PageProps {
  page: ModelReply;
  acts: ModelActs;
  isReadOnly: boolean;
  now: number;
  trans: TranslationBundle;
}

/** The page. */
export function ModelPage(props: PageProps & { render: IRender }): JSX.Element {
  const { page, acts, trans } = props;
  const { model } = page;
  return (
    <article className="nbtrack-Model" aria-label={model.name}>
      <h3>{model.name}</h3>
      <Description
        text={model.description}
        save={props.isReadOnly ? null : acts.describe}
        render={props.render}
        empty={trans.__('Nothing is written about this model yet.')}
        trans={trans}
      />
      <Tags tags={model.tags} label={trans.__('Tags')} />
      <Holders {...props} />
      <Versions {...props} />
      <Moves moves={page.moves} now={props.now} trans={trans} />
    </article>
  );
}

function Holders({ page, acts, isReadOnly, trans }: PageProps): JSX.Element | null {
  const holders = holdersOf(page);
  if (holders.length === 0) {
    return null;
  }
  return (
    <ul className="nbtrack-Model-aliases" aria-label={trans.__('Aliases and stages')}>
      {holders.map(({ place, version, canGoBack }) => (
        <li key={place}>
          <span className="nbtrack-Chip">{place}</span> {trans.__('is version %1', version)}{' '}
          {isReadOnly || !(place in page.model.aliases) ? null : (
            <button
              type="button"
              className="jp-mod-styled jp-mod-minimal"
              aria-label={trans.__('Serve %1 over HTTP', place)}
              title={trans.__('Serve what %1 points to, at once', place)}
              onClick={() => acts.serveAlias(place)}
            >
              {trans.__('Serve')}
            </button>
          )}{' '}
          {canGoBack && !isReadOnly ? (
            <button
              type="button"
              className="jp-mod-styled jp-mod-minimal"
              aria-label={trans.__('Roll %1 back to the version before', place)}
              onClick={() => acts.rollback(place, version)}
            >
              {trans.__('Roll back')}
            </button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Versions(props: PageProps): JSX.Element {
  const { page, acts, trans } = props;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const choose = (version: string, isChosen: boolean): void => {
    const others = chosen.filter(it => it !== version);
    setChosen(isChosen ? [...others, version].slice(-2) : others);
  };
  const runs = page.versions
    .filter(it => chosen.includes(it.version))
    .flatMap(it => (it.run_id === null ? [] : [it.run_id]));
  return (
    <section aria-label={trans.__('Versions')}>
      <div className="nbtrack-Model-bar">
        <h4>{trans._n('%1 version', '%1 versions', page.model.version_count)}</h4>
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          disabled={new Set(runs).size !== 2}
          title={trans.__('Compare the runs of two chosen versions')}
          onClick={() => acts.compare(runs.reverse())}
        >
          {trans.__('Compare')}
        </button>
      </div>
      {page.versions.length === 0 ? <p>{trans.__('There is no version yet.')}</p> : null}
      <ol className="nbtrack-Model-versions">
        {page.versions.map(it => (
          <VersionCard
            key={it.version}
            version={it}
            acts={acts}
            isReadOnly={props.isReadOnly}
            now={props.now}
            isChosen={chosen.includes(it.version)}
            choose={choose}
            trans={trans}
          />
        ))}
      </ol>
    </section>
  );
}

function Moves(props: {
  moves: readonly MoveItem[];
  now: number;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { moves, now, trans } = props;
  if (moves.length === 0) {
    return null;
  }
  return (
    <details className="nbtrack-Moves">
      <summary>{trans._n('%1 move', '%1 moves', moves.length)}</summary>
      <ul>
        {moves.map((it, place) => (
          <li key={place}>
            <strong>{it.place}</strong> {`${it.before ?? '–'} → ${it.after ?? '–'}`}
            {it.is_rollback ? ` ${trans.__('(rolled back)')}` : ''}{' '}
            <span title={moment(it.time)}>{ago(it.time, now)}</span>
            {it.actor ? ` ${trans.__('by %1', it.actor)}` : ''}
            {it.note ? <q>{it.note}</q> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
