/**
 * The page of a run, drawn from its model.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect } from 'react';

import { Answered } from '../components/answered';
import { ArtifactPreview } from '../components/artifact_preview';
import { ArtifactTree, treeRows } from '../components/artifact_tree';
import { CurveBoard, drawnKeys } from '../components/curve_board';
import { FactTable } from '../components/fact_table';
import { MetricTable } from '../components/metric_table';
import { Rendered, type IRender } from '../components/rendered';
import { RunCode } from '../components/run_code';
import { RunLineage } from '../components/run_lineage';
import { RunOverview, StatusMark, type IRunActs } from '../components/run_overview';
import { Tabs, type ITab } from '../components/tabs';
import type { RunReply } from '../records';
import type { RunModel } from './run_model';

/** What the page is given. */
export interface IRunPageProps {
  readonly model: RunModel;
  readonly acts: IRunActs;
  readonly isReadOnly: boolean;
  readonly render: IRender;
  readonly trans: TranslationBundle;
  /** The tab that is open. */
  readonly tab: string;
  readonly chooseTab: (name: string) => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Title, acts and tabs.
 */
export function RunPage(props: IRunPageProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="nbtrack-Document">
      <Answered
        answer={model.run}
        show={reply => (
          <>
            <Head {...props} reply={reply} />
            <Tabs
              label={trans.__('Run %1', reply.run.run_name)}
              tabs={tabsOf(props, reply)}
              current={props.tab}
              choose={props.chooseTab}
            />
          </>
        )}
        retry={() => model.refresh()}
        trans={trans}
      />
    </div>
  );
}

function Head(props: IRunPageProps & { reply: RunReply }): JSX.Element {
  const { acts, reply, trans } = props;
  const { run } = reply;
  return (
    <div className="nbtrack-Document-head">
      <h2>{run.run_name}</h2>
      <StatusMark status={run.status} />
      {run.lifecycle_stage === 'deleted' ? (
        <span className="nbtrack-Chip">{trans.__('deleted')}</span>
      ) : null}
      <span className="nbtrack-Document-acts">
        {run.cell_id ? (
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            onClick={() => acts.jump(run)}
          >
            {trans.__('Go to the cell')}
          </button>
        ) : null}
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => acts.reproduce()}
        >
          {trans.__('Reproduce…')}
        </button>
      </span>
    </div>
  );
}

function tabsOf(props: IRunPageProps, reply: RunReply): ITab[] {
  const { trans } = props;
  const tabs: ITab[] = [
    {
      name: 'overview',
      label: trans.__('Overview'),
      show: () => <RunOverview {...props} reply={reply} />
    },
    {
      name: 'params',
      label: trans.__('Params'),
      count: Object.keys(reply.params).length,
      show: () => <Params {...props} reply={reply} />
    },
    {
      name: 'metrics',
      label: trans.__('Metrics'),
      count: reply.metrics.length,
      show: () => <Metrics {...props} reply={reply} />
    },
    { name: 'artifacts', label: trans.__('Artifacts'), show: () => <Artifacts {...props} /> },
    {
      name: 'lineage',
      label: trans.__('Lineage'),
      show: () => <Lineage {...props} reply={reply} />
    },
    { name: 'code', label: trans.__('Code'), show: () => <Code {...props} reply={reply} /> },
    {
      name: 'environment',
      label: trans.__('Environment'),
      show: () => <Environment {...props} reply={reply} />
    }
  ];
  if (reply.error) {
    tabs.splice(1, 0, {
      name: 'error',
      label: trans.__('Error'),
      show: () => <ErrorText {...props} reply={reply} />
    });
  }
  return tabs;
}

type IPartProps = IRunPageProps & { reply: RunReply };

function Params({ reply, acts, trans }: IPartProps): JSX.Element {
  return (
    <FactTable
      label={trans.__('params')}
      facts={reply.params}
      empty={trans.__(
        'No params. log_param("lr", 0.1) writes one; %1 cells find their own.',
        '%%track'
      )}
      copy={text => acts.copy(text)}
      trans={trans}
    />
  );
}

function Metrics({ model, reply, trans }: IPartProps): JSX.Element {
  const { run } = reply;
  const keys = drawnKeys([reply]);
  return (
    <>
      {reply.metrics.length ? <MetricTable metrics={reply.metrics} trans={trans} /> : null}
      {model.curves.problem ? (
        <p className="nbtrack-Problem" role="alert">
          {model.curves.problem}
        </p>
      ) : null}
      {keys.length || !reply.metrics.length ? (
        <CurveBoard
          keys={keys}
          curves={model.curves.curves}
          isLoading={model.curves.isLoading}
          runs={[{ id: run.run_id, label: run.run_name, slot: 0 }]}
          hidden={NONE}
          wanted={model.curves.want}
          trans={trans}
        />
      ) : null}
    </>
  );
}

function Artifacts(props: IRunPageProps): JSX.Element {
  const { render, trans } = props;
  const { artifacts } = props.model;
  useEffect(() => artifacts.load(), [artifacts]);
  const rows = treeRows(artifacts.folders, artifacts.open);
  const { chosen, content } = artifacts;
  if (artifacts.folders.has('') && !rows.length) {
    return (
      <p className="nbtrack-Empty">
        {trans.__(
          'No files. log_artifact("report.html") or log_figure(figure, "roc.png") keeps one.'
        )}
      </p>
    );
  }
  return (
    <div className="nbtrack-Artifacts">
      <ArtifactTree
        rows={rows}
        open={artifacts.open}
        chosen={chosen?.path ?? null}
        choose={artifacts.choose}
        toggle={artifacts.toggle}
        trans={trans}
      />
      <div className="nbtrack-Artifacts-preview">
        {artifacts.problem ? (
          <p className="nbtrack-Problem" role="alert">
            {artifacts.problem}
          </p>
        ) : null}
        {chosen && content ? (
          <ArtifactPreview
            key={chosen.path}
            content={content}
            link={artifacts.link(chosen)}
            page={artifacts.page(chosen)}
            render={render}
            trans={trans}
          />
        ) : (
          <p className="nbtrack-Empty">
            {chosen ? trans.__('Loading…') : trans.__('Choose a file to look at it.')}
          </p>
        )}
      </div>
    </div>
  );
}

function Lineage(props: IPartProps): JSX.Element {
  const { model, trans } = props;
  useEffect(() => model.lineage.load(), [model]);
  return (
    <Answered
      answer={model.lineage}
      show={lineage => (
        <RunLineage {...props} lineage={lineage} notebook={props.reply.run.notebook} />
      )}
      retry={() => void model.lineage.reload()}
      trans={trans}
    />
  );
}

function Code(props: IPartProps): JSX.Element {
  const { model } = props;
  useEffect(() => model.others.load(), [model]);
  return (
    <RunCode
      {...props}
      others={model.others.value ?? []}
      against={model.against}
      compareWith={model.compareWith}
      diff={model.diff}
    />
  );
}

function Environment({ reply, acts, trans }: IPartProps): JSX.Element {
  return (
    <FactTable
      label={trans.__('environment')}
      facts={reply.environment}
      empty={trans.__('The environment of this run was not kept.')}
      copy={text => acts.copy(text)}
      trans={trans}
    />
  );
}

function ErrorText({ reply, acts, render, trans }: IPartProps): JSX.Element {
  return (
    <section className="nbtrack-ErrorText" aria-label={trans.__('Error')}>
      <button
        type="button"
        className="jp-mod-styled jp-mod-minimal"
        onClick={() => acts.copy(reply.error)}
      >
        {trans.__('Copy')}
      </button>
      <Rendered text={reply.error} media="application/vnd.jupyter.stderr" render={render} />
    </section>
  );
}
