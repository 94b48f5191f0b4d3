/**
 * A version of a registered model: where it stands, what it measured, what made it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { SignatureReply, VersionItem } from '../records';
import { ago, moment, number } from '../state/format';
import { metricsOf, promotionTags } from '../state/model_words';
import type { CellPlace } from '../tokens';
import { PromotionLine } from './promotion_line';
import { Signature } from './signature';

const SHOWN_METRICS = 4;

/** What can be done with a version. */
export interface VersionActs {
  promote: (version: string) => void;
  serve: (version: string) => void;
  addAlias: (version: string) => void;
  removeAlias: (version: string, alias: string) => void;
  openRun: (run_id: string) => void;
  jumpToCell: (place: CellPlace) => void;
  signature: (version: string) => Promise<SignatureReply>;
}

interface VersionProps {
  version: VersionItem;
  acts: VersionActs;
  isReadOnly: boolean;
  trans: TranslationBundle;
}

/** The card. */
export function VersionCard(
  props: VersionProps & {
    now: number;
    isChosen: boolean;
    choose: (version: string, isChosen: boolean) => void;
  }
): JSX.Element {
  const { version, acts, trans } = props;
  const title = trans.__('Version %1', version.version);
  const told = promotionTags(version.tags);
  return (
    <li className="nbtrack-Version" aria-label={title}>
      <div className="nbtrack-Version-head">
        <label title={trans.__('Choose two versions to compare them')}>
          <input
            type="checkbox"
            checked={props.isChosen}
            disabled={version.run_id === null}
            aria-label={trans.__('Compare version %1', version.version)}
            onChange={event => props.choose(version.version, event.target.checked)}
          />
          <strong>{title}</strong>
        </label>
        <span className="nbtrack-Version-age" title={moment(version.creation_timestamp)}>
          {ago(version.creation_timestamp, props.now)}
        </span>
        <span className="nbtrack-Version-buttons">
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            disabled={props.isReadOnly}
            aria-label={trans.__('Serve version %1', version.version)}
            onClick={() => acts.serve(version.version)}
          >
            {trans.__('Serve…')}
          </button>
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            disabled={props.isReadOnly}
            aria-label={trans.__('Promote version %1', version.version)}
            onClick={() => acts.promote(version.version)}
          >
            {trans.__('Promote…')}
          </button>
        </span>
      </div>
      <Places {...props} />
      {version.description ? <p className="nbtrack-Version-text">{version.description}</p> : null}
      <Metrics version={version} trans={trans} />
      <Lineage version={version} acts={acts} trans={trans} />
      <PromotionLine told={told} now={props.now} trans={trans} />
      <Signature
        ask={() => acts.signature(version.version)}
        label={trans.__('Signature of version %1', version.version)}
        trans={trans}
      />
      <Tags tags={told.others} label={trans.__('Tags of version %1', version.version)} />
    </li>
  );
}

function Places({ version, acts, isReadOnly, trans }: VersionProps): JSX.Element {
  const { current_stage: stage, status } = version;
  return (
    <div className="nbtrack-Version-places">
      {version.aliases.map(alias => (
        <span className="nbtrack-Chip" key={alias}>
          {alias}
          {isReadOnly ? null : (
            <button
              type="button"
              aria-label={trans.__('Take alias %1 from version %2', alias, version.version)}
              onClick={() => acts.removeAlias(version.version, alias)}
            >
              ×
            </button>
          )}
        </span>
      ))}
      {stage && stage !== 'None' ? (
        <span className="nbtrack-Chip" data-stage={stage}>
          {stage}
        </span>
      ) : null}
      {status === 'READY' ? null : (
        <span className="nbtrack-Chip" data-status={status}>
          {status}
        </span>
      )}
      {isReadOnly ? null : (
        <button
          type="button"
          className="nbtrack-Chip nbtrack-mod-add"
          aria-label={trans.__('Give version %1 an alias', version.version)}
          onClick={() => acts.addAlias(version.version)}
        >
          {trans.__('+ alias')}
        </button>
      )}
    </div>
  );
}

function Metrics(props: { version: VersionItem; trans: TranslationBundle }): JSX.Element | null {
  const metrics = metricsOf(props.version);
  if (metrics.length === 0) {
    return null;
  }
  const rest = metrics.slice(SHOWN_METRICS);
  return (
    <>
      <MetricList metrics={metrics.slice(0, SHOWN_METRICS)} />
      {rest.length > 0 ? (
        <details>
          <summary>{props.trans._n('%1 more metric', '%1 more metrics', rest.length)}</summary>
          <MetricList metrics={rest} />
        </details>
      ) : null}
    </>
  );
}

function MetricList(props: { metrics: [string, number | string][] }): JSX.Element {
  return (
    <dl className="nbtrack-Version-metrics">
      {props.metrics.map(([key, value]) => (
        <div key={key}>
          <dt title={key}>{key}</dt>
          <dd title={String(value)}>{number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lineage(props: {
  version: VersionItem;
  acts: VersionActs;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { version, acts, trans } = props;
  const { run_id, cell } = version;
  if (run_id === null) {
    return version.source ? (
      <p className="nbtrack-Version-lineage" title={version.source}>
        {trans.__('from %1', version.source)}
      </p>
    ) : null;
  }
  const notebook = cell?.notebook?.split(/[\\/]/).pop();
  return (
    <p className="nbtrack-Version-lineage">
      {trans.__('made by')}{' '}
      <button type="button" className="nbtrack-Link" onClick={() => acts.openRun(run_id)}>
        {version.run_name || run_id}
      </button>
      {cell ? (
        <>
          {' '}
          <button
            type="button"
            className="nbtrack-Link"
            title={trans.__('Go to the cell')}
            onClick={() => acts.jumpToCell({ cell_id: cell.cell_id, notebook: cell.notebook })}
          >
            {`${notebook ?? ''} [${cell.number ?? '?'}]`.trim()}
          </button>
        </>
      ) : null}
    </p>
  );
}

/** Tags as chips. */
export function Tags(props: { tags: Record<string, string>; label: string }): JSX.Element | null {
  const tags = Object.entries(props.tags).filter(([key]) => !key.startsWith('mlflow.'));
  if (tags.length === 0) {
    return null;
  }
  return (
    <ul className="nbtrack-Tags" aria-label={props.label}>
      {tags.map(([key, value]) => (
        <li className="nbtrack-Chip" key={key} title={`${key} = ${value}`}>
          {value ? `${key}: ${value}` : key}
        </li>
      ))}
    </ul>
  );
}
