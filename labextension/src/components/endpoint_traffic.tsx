/**
 * The variants of an endpoint: what each has done, how the traffic is shared, which one is better.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { EndpointItem, ResultsReply, ServedItem, TrafficWish } from '../records';
import { isLive, milliseconds, percent, servedName } from '../state/endpoint_words';
import { number } from '../state/format';
import { Answered, type IAnswerState } from './answered';
import { useBusy } from './busy';

interface TrafficProps {
  item: EndpointItem;
  acts: {
    readonly change: (wish: TrafficWish) => Promise<void>;
    readonly promote: (served: ServedItem) => void;
  };
  isReadOnly: boolean;
  trans: TranslationBundle;
}

/** Table, shares, and the comparison. */
export function EndpointTraffic(
  props: TrafficProps & {
    results: IAnswerState<ResultsReply> & { reload(): Promise<void> };
  }
): JSX.Element {
  const { item, results, trans } = props;
  const isShared = item.variants.filter(it => !it.is_shadow).length > 1;
  return (
    <>
      <p className="nbtrack-Endpoint-mode">{modeWords(item, trans)}</p>
      <Variants key={`${item.number}`} {...props} />
      {isShared || item.variants.length > 1 ? (
        <section aria-label={trans.__('Comparison')}>
          <h3>{trans.__('Comparison')}</h3>
          <Answered
            answer={results}
            show={found => <Results {...props} results={found} />}
            retry={() => void results.reload()}
            trans={trans}
          />
        </section>
      ) : null}
    </>
  );
}

function modeWords({ mode, variants }: EndpointItem, trans: TranslationBundle): string {
  const shadows = variants.filter(it => it.is_shadow).length;
  const told = {
    single: trans.__('One version answers every request.'),
    split: trans.__('A/B: requests are split by a hash of their key.'),
    canary: trans.__('Canary: the second version stops by itself once it is surely worse.'),
    bandit: trans.__('Bandit: shares follow the rewards that are sent to /feedback.')
  }[mode];
  return shadows > 0 ? `${told} ${trans.__('A shadow sees each request as well.')}` : told;
}

function Variants(props: TrafficProps): JSX.Element {
  const { item, acts, trans } = props;
  const [shares, setShares] = useState(() => sharesOf(item));
  const [isBusy, during] = useBusy();
  const canShare =
    !props.isReadOnly &&
    isLive(item) &&
    item.mode !== 'bandit' &&
    item.variants.filter(it => !it.is_shadow).length > 1;
  const wanted = numbersOf(shares);
  const before = sharesOf(item);
  const isOther = Object.keys(shares).some(name => shares[name] !== before[name]);
  const heads = [
    trans.__('Variant'),
    trans.__('Model'),
    trans.__('Share, %'),
    trans.__('Requests'),
    trans.__('Errors'),
    trans.__('Mean latency'),
    trans.__('Rewards'),
    ''
  ];
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (wanted) {
          during(() => acts.change({ shares: wanted }));
        }
      }}
    >
      <table className="nbtrack-Table" aria-label={trans.__('Variants')}>
        <thead>
          <tr>
            {heads.map((it, place) => (
              <th key={place} scope="col">
                {it}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {item.variants.map(it => (
            <VariantRow
              key={it.name}
              served={it}
              {...props}
              canShare={canShare}
              share={shares[it.name] ?? ''}
              setShare={share => setShares({ ...shares, [it.name]: share })}
            />
          ))}
          {item.earlier.map(it => (
            <EarlierRow key={`${it.name} ${it.version}`} served={it} trans={trans} />
          ))}
        </tbody>
      </table>
      {canShare ? (
        <ShareAnew
          isReady={isOther && wanted !== null && !isBusy}
          isWrong={wanted === null}
          {...{ trans }}
        />
      ) : null}
    </form>
  );
}

/** The button that sends the shares, and why it may not. */
function ShareAnew(props: {
  isReady: boolean;
  isWrong: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { isReady, isWrong, trans } = props;
  return (
    <p className="nbtrack-Endpoint-shares">
      <button type="submit" className="jp-mod-styled" disabled={!isReady}>
        {trans.__('Share anew')}
      </button>
      {isWrong ? trans.__('Shares are numbers from 0 on, and one of them is more than 0.') : null}
    </p>
  );
}

function VariantRow(
  props: TrafficProps & {
    served: ServedItem;
    canShare: boolean;
    share: string;
    setShare: (share: string) => void;
  }
): JSX.Element {
  const { served, canShare, trans } = props;
  const { name, is_shadow, is_stopped } = served;
  return (
    <tr aria-label={name}>
      <th scope="row">{name}</th>
      <td title={served.model_uri}>{servedName(served, trans)}</td>
      <td>
        {is_shadow ? (
          trans.__('shadow')
        ) : canShare ? (
          <input
            className="jp-mod-styled nbtrack-Endpoint-share"
            inputMode="decimal"
            aria-label={trans.__('Share of %1 in percent', name)}
            value={props.share}
            onChange={event => props.setShare(event.target.value)}
          />
        ) : (
          percent(served.share)
        )}
        {is_stopped ? <span className="nbtrack-Chip">{trans.__('stopped')}</span> : null}
      </td>
      <Done served={served} trans={trans} />
      <td>
        <VariantDeeds {...props} />
      </td>
    </tr>
  );
}

/** A version that a variant served before a reload. */
function EarlierRow(props: { served: ServedItem; trans: TranslationBundle }): JSX.Element {
  const { served, trans } = props;
  return (
    <tr className="nbtrack-Endpoint-earlier">
      <th scope="row">{served.name}</th>
      <td>{servedName(served, trans)}</td>
      <td>{trans.__('before')}</td>
      <Done {...props} />
      <td />
    </tr>
  );
}

/** What a version has done: requests, errors, latency, rewards. */
function Done(props: { served: ServedItem; trans: TranslationBundle }): JSX.Element {
  const { served, trans } = props;
  return (
    <>
      <td>{served.requests}</td>
      <td className={served.errors > 0 ? 'nbtrack-mod-bad' : undefined}>
        {served.errors}
        {served.requests > 0 && served.errors > 0
          ? ` (${percent(served.errors / served.requests)})`
          : ''}
      </td>
      <td>{milliseconds(served.mean_ms)}</td>
      <td>
        {served.mean_reward === null
          ? '–'
          : trans.__('%1 on average of %2', number(served.mean_reward), served.rewards)}
      </td>
    </>
  );
}

function VariantDeeds(
  props: TrafficProps & { served: ServedItem; canShare: boolean }
): JSX.Element {
  const { item, served, acts, canShare, trans } = props;
  const { name, is_shadow, share, version } = served;
  const answering = item.variants.filter(it => !it.is_shadow);
  const isLast = answering.every(it => it.name === name || it.share === 0);
  const takeOut = (): void => {
    const shares = answering.map(it => [it.name, it.name === name ? 0 : it.share]);
    void acts.change({ shares: Object.fromEntries(shares) as Record<string, number> });
  };
  return (
    <>
      {canShare && !is_shadow && !isLast && share > 0 ? (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          aria-label={trans.__('Take %1 out of the traffic', name)}
          onClick={takeOut}
        >
          {item.mode === 'canary' ? trans.__('Stop') : trans.__('Take out')}
        </button>
      ) : null}
      {version === null || props.isReadOnly ? null : (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          aria-label={trans.__('Promote %1', name)}
          onClick={() => acts.promote(served)}
        >
          {trans.__('Promote…')}
        </button>
      )}
    </>
  );
}

/** The shares as they are typed, in percent. */
function sharesOf(item: EndpointItem): Record<string, string> {
  return Object.fromEntries(
    item.variants
      .filter(it => !it.is_shadow)
      .map(it => [it.name, String(Number((it.share * 100).toFixed(2)))])
  );
}

/** Typed shares as parts of one; null if one of them is none. */
export function numbersOf(shares: Record<string, string>): Record<string, number> | null {
  const found: [string, number][] = Object.entries(shares).map(([name, text]) => [
    name,
    text.trim() === '' ? NaN : Number(text.replace(',', '.')) / 100
  ]);
  const isGood = found.every(([, it]) => Number.isFinite(it) && it >= 0);
  return isGood && found.some(([, it]) => it > 0) ? Object.fromEntries(found) : null;
}

function Results(props: TrafficProps & { results: ResultsReply }): JSX.Element {
  const { results, item, acts, trans } = props;
  const winner = item.variants.find(it => it.name === results.winner);
  return (
    <>
      <p className="nbtrack-Endpoint-headline">
        <strong>{results.headline}</strong>
        {winner && winner.version !== null && !props.isReadOnly ? (
          <button type="button" className="jp-mod-styled" onClick={() => acts.promote(winner)}>
            {trans.__('Promote the winner…')}
          </button>
        ) : null}
      </p>
      {results.warnings.map(it => (
        <p key={it} className="nbtrack-Notice" role="alert">
          {it}
        </p>
      ))}
      {results.results.length > 0 ? <ResultTable results={results} trans={trans} /> : null}
      {results.note ? <p className="nbtrack-Endpoint-mode">{results.note}</p> : null}
    </>
  );
}

function ResultTable(props: { results: ResultsReply; trans: TranslationBundle }): JSX.Element {
  const { results, trans } = props;
  const heads = [
    trans.__('Variant'),
    trans.__('Count'),
    trans.__('Mean of %1', results.metric),
    trans.__('Difference'),
    trans.__('Surely between'),
    trans.__('Lift'),
    trans.__('p'),
    trans.__('Probably best')
  ];
  return (
    <table className="nbtrack-Table" aria-label={trans.__('Results')}>
      <thead>
        <tr>
          {heads.map(it => (
            <th key={it} scope="col">
              {it}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {results.results.map(it => (
          <tr key={it.name}>
            <th scope="row">{it.name}</th>
            <td>{it.count}</td>
            <td>{number(it.mean)}</td>
            <td>{it.difference === null ? '–' : signed(it.difference)}</td>
            <td>
              {it.low === null || it.high === null
                ? '–'
                : trans.__('%1 and %2', signed(it.low), signed(it.high))}
            </td>
            <td>{it.lift === null ? '–' : percent(it.lift)}</td>
            <td>{it.p_value === null ? '–' : Number(it.p_value.toPrecision(2))}</td>
            <td>{it.best === null ? '–' : percent(it.best)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : number(value);
}
