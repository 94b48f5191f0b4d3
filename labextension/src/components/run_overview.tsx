/**
 * A run at a glance: what it is, where it came from, what it used and made.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactNode } from 'react';

import type { DatasetItem, LoggedModelItem, RunReply, RunRow } from '../records';
import { duration, moment } from '../state/format';
import { Description } from './description';
import { FactTable } from './fact_table';
import type { IRender } from './rendered';
import { SpecTable } from './spec_table';

/** What can be done from a run's page. */
export interface IRunActs {
  jump(place: { cell_id: string | null; notebook: string | null }): void;
  restore(code: string): void;
  reproduce(): void;
  register(): void;
  openRun(run_id: string): void;
  openModel(name: string): void;
  compare(run_ids: string[]): void;
  copy(text: string): void;
  /** Whether it was kept. */
  describe(text: string): Promise<boolean>;
}

/** What the overview is given. */
export interface IRunOverviewProps {
  readonly reply: RunReply;
  readonly acts: IRunActs;
  readonly isReadOnly: boolean;
  readonly render: IRender;
  readonly trans: TranslationBundle;
}

/**
 * The overview, section by section.
 */
export function RunOverview(props: IRunOverviewProps): JSX.Element {
  const { reply, acts, trans } = props;
  return (
    <div className="nbtrack-Overview">
      <Conflicts conflicts={reply.conflicts} trans={trans} />
      <section>
        <dl className="nbtrack-Overview-facts">{factsOf(props)}</dl>
      </section>
      <section>
        <h3>{trans.__('Description')}</h3>
        <Description
          text={reply.description}
          save={props.isReadOnly ? null : text => acts.describe(text)}
          render={props.render}
          trans={trans}
        />
      </section>
      <Models models={reply.models} acts={acts} isReadOnly={props.isReadOnly} trans={trans} />
      <Datasets datasets={reply.datasets} trans={trans} />
      <Children runs={reply.children} acts={acts} trans={trans} />
      <section>
        <h3>{trans.__('Tags')}</h3>
        <FactTable
          label={trans.__('tags')}
          facts={plainTags(reply.tags)}
          empty={trans.__('No tags. set_tag("purpose", "baseline") writes one.')}
          copy={text => acts.copy(text)}
          trans={trans}
        />
      </section>
    </div>
  );
}

/**
 * The tags that people set; those that only carry what is shown elsewhere are left out.
 */
export function plainTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => !/^(mlflow|nbtrack)\./.test(key))
  );
}

function factsOf({ reply, acts, trans }: IRunOverviewProps): ReactNode[] {
  const { run, cell } = reply;
  const facts: [string, ReactNode][] = [
    [trans.__('Status'), <StatusMark key="status" status={run.status} />],
    [trans.__('Started'), moment(run.start_time)],
    [trans.__('Ended'), moment(run.end_time)],
    [trans.__('Took'), tookOf(run)],
    [trans.__('By'), run.user_id],
    [trans.__('Experiment'), reply.experiment_name || run.experiment_id],
    [
      trans.__('From'),
      run.notebook || cell ? <Source key="source" run={run} acts={acts} trans={trans} /> : null
    ],
    [trans.__('Git commit'), reply.git_commit && <code key="commit">{reply.git_commit}</code>],
    [
      trans.__('Part of'),
      run.parent_run_id && <RunLink key="parent" id={run.parent_run_id} acts={acts} />
    ],
    [trans.__('Run id'), <CopyText key="id" text={run.run_id} acts={acts} trans={trans} />],
    [
      trans.__('Artifacts'),
      reply.artifact_uri && (
        <CopyText key="uri" text={reply.artifact_uri} acts={acts} trans={trans} />
      )
    ]
  ];
  return facts
    .filter(([, value]) => value)
    .map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ));
}

/**
 * The status as a word with a mark; the word is what counts.
 */
export function StatusMark(props: { status: string }): JSX.Element {
  return (
    <span className={`nbtrack-StatusMark nbtrack-mod-${props.status.toLowerCase()}`}>
      {props.status}
    </span>
  );
}

function tookOf(run: RunRow): string | null {
  return run.start_time !== null && run.end_time !== null
    ? duration(run.end_time - run.start_time)
    : null;
}

function Source(props: { run: RunRow; acts: IRunActs; trans: TranslationBundle }): JSX.Element {
  const { run, acts, trans } = props;
  const name = run.notebook ?? trans.__('a notebook');
  return (
    <>
      <span>{run.number === null ? name : trans.__('%1, execution [%2]', name, run.number)}</span>{' '}
      {run.cell_id ? (
        <button type="button" className="nbtrack-Link" onClick={() => acts.jump(run)}>
          {trans.__('Go to the cell')}
        </button>
      ) : null}
    </>
  );
}

function CopyText(props: { text: string; acts: IRunActs; trans: TranslationBundle }): JSX.Element {
  const { text, acts, trans } = props;
  return (
    <>
      <code>{text}</code>{' '}
      <button
        type="button"
        className="nbtrack-Link"
        aria-label={trans.__('Copy %1', text)}
        onClick={() => acts.copy(text)}
      >
        {trans.__('Copy')}
      </button>
    </>
  );
}

function RunLink(props: { id: string; name?: string; acts: IRunActs }): JSX.Element {
  return (
    <button type="button" className="nbtrack-Link" onClick={() => props.acts.openRun(props.id)}>
      {props.name ?? props.id}
    </button>
  );
}

function Conflicts(props: {
  conflicts: readonly string[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { conflicts, trans } = props;
  return conflicts.length ? (
    <div className="nbtrack-Notice" role="note">
      {trans.__('Params that were logged twice with different values; the first stays:')}
      <ul>
        {conflicts.map(conflict => (
          <li key={conflict}>{conflict}</li>
        ))}
      </ul>
    </div>
  ) : null;
}

function Models(props: {
  models: readonly LoggedModelItem[];
  acts: IRunActs;
  isReadOnly: boolean;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { models, acts, trans } = props;
  if (!models.length) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Models')}</h3>
      <table className="nbtrack-Table" aria-label={trans.__('Models')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Flavor')}</th>
            <th scope="col">{trans.__('Signature')}</th>
            <th scope="col">{trans.__('Status')}</th>
            <th scope="col">{trans.__('Registered as')}</th>
          </tr>
        </thead>
        <tbody>
          {models.map(model => (
            <tr key={model.model_id}>
              <th scope="row" title={model.model_id}>
                {model.name}
              </th>
              <td>{model.flavor}</td>
              <td className="nbtrack-Table-text">{model.signature}</td>
              <td>{model.status}</td>
              <td>
                {model.registrations.map(place => (
                  <button
                    key={place}
                    type="button"
                    className="nbtrack-Link"
                    onClick={() => acts.openModel(place.slice(0, place.lastIndexOf('/')))}
                  >
                    {place}
                  </button>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {props.isReadOnly ? null : (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => acts.register()}
        >
          {trans.__('Register a model…')}
        </button>
      )}
    </section>
  );
}

function Datasets(props: {
  datasets: readonly DatasetItem[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { datasets, trans } = props;
  if (!datasets.length) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Data')}</h3>
      <table className="nbtrack-Table" aria-label={trans.__('Data')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Used for')}</th>
            <th scope="col">{trans.__('Shape')}</th>
            <th scope="col">{trans.__('Source')}</th>
            <th scope="col">{trans.__('Digest')}</th>
          </tr>
        </thead>
        <tbody>
          {datasets.map(data => (
            <tr key={`${data.name} ${data.digest} ${data.context}`}>
              <th scope="row">{data.name}</th>
              <td>{data.context}</td>
              <td>{data.shape}</td>
              <td className="nbtrack-Table-text" title={data.source_type}>
                {data.source || data.source_type}
              </td>
              <td>
                <code>{data.digest}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {datasets.map(data => (
        <Schema key={`${data.name} ${data.digest} ${data.context}`} data={data} trans={trans} />
      ))}
    </section>
  );
}

/** The columns of data with their types. */
function Schema(props: { data: DatasetItem; trans: TranslationBundle }): JSX.Element | null {
  const { data, trans } = props;
  const specs = Object.entries(data.columns).map(([name, type]) => ({
    name,
    type,
    is_required: true
  }));
  if (!specs.length) {
    return null;
  }
  return (
    <details>
      <summary>{trans._n('%2: %1 column', '%2: %1 columns', specs.length, data.name)}</summary>
      <SpecTable title={trans.__('Columns of %1', data.name)} specs={specs} trans={trans} />
    </details>
  );
}

function Children(props: {
  runs: readonly RunRow[];
  acts: IRunActs;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { runs, acts, trans } = props;
  if (!runs.length) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Runs within this run')}</h3>
      <ul>
        {runs.map(run => (
          <li key={run.run_id}>
            <RunLink id={run.run_id} name={run.run_name} acts={acts} />{' '}
            <StatusMark status={run.status} />
          </li>
        ))}
      </ul>
      {runs.length > 1 ? (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => acts.compare(runs.slice(0, 20).map(run => run.run_id))}
        >
          {trans.__('Compare them')}
        </button>
      ) : null}
    </section>
  );
}
