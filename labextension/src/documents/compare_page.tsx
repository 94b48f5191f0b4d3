/**
 * The page that compares runs, drawn from its model.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useMemo, useState } from 'react';

import { Legend, type ILegendItem } from '../charts/legend';
import { Answered } from '../components/answered';
import { BarBoard } from '../components/bar_board';
import { ChartBoard } from '../components/chart_board';
import { CodeDiff } from '../components/code_diff';
import { CompareTable } from '../components/compare_table';
import { CurveBoard, drawnKeys } from '../components/curve_board';
import { cellRow, differences } from '../components/differences';
import { ImageBoard } from '../components/image_board';
import { LabelledSelect } from '../components/labelled_select';
import { ParallelBoard } from '../components/parallel_board';
import { ScatterBoard } from '../components/scatter_board';
import { Tabs, type ITab } from '../components/tabs';
import type { RunReply } from '../records';
import type { CompareModel } from './compare_model';

/** What the page is given. */
export interface IComparePageProps {
  readonly model: CompareModel;
  /** The place of each run in the palette, kept when another is taken out. */
  readonly slots: ReadonlyMap<string, number>;
  readonly openRun: (run_id: string) => void;
  readonly trans: TranslationBundle;
  readonly tab: string;
  readonly chooseTab: (name: string) => void;
}

/**
 * Title, legend and tabs.
 */
export function ComparePage(props: IComparePageProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="nbtrack-Document">
      <Answered
        answer={model.runs}
        show={runs => <Comparison {...props} replies={runs} />}
        retry={() => model.refresh()}
        trans={trans}
      />
    </div>
  );
}

/**
 * Runs as the legend names them; runs of one name get the end of their id with it.
 */
export function legendItems(
  replies: readonly RunReply[],
  slots: ReadonlyMap<string, number>
): ILegendItem[] {
  const count = new Map<string, number>();
  for (const { run } of replies) {
    count.set(run.run_name, (count.get(run.run_name) ?? 0) + 1);
  }
  return replies.map(({ run }) => ({
    id: run.run_id,
    label:
      (count.get(run.run_name) ?? 0) > 1
        ? `${run.run_name} (${run.run_id.slice(-4)})`
        : run.run_name,
    slot: slots.get(run.run_id) ?? 0
  }));
}

function Comparison(props: IComparePageProps & { replies: readonly RunReply[] }): JSX.Element {
  const { replies, slots, trans } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const runs = useMemo(() => legendItems(replies, slots), [replies, slots]);
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) {
      next.add(id);
    }
    setHidden(next);
  };
  return (
    <>
      <div className="nbtrack-Document-head">
        <h2>{trans.__('%1 runs compared', runs.length)}</h2>
        <Legend items={runs} hidden={hidden} toggle={toggle} trans={trans} />
      </div>
      <Tabs
        label={trans.__('Comparison')}
        tabs={tabsOf({ ...props, runs, hidden })}
        current={props.tab}
        choose={props.chooseTab}
      />
    </>
  );
}

type IPartProps = IComparePageProps & {
  replies: readonly RunReply[];
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
};

function tabsOf(props: IPartProps): ITab[] {
  const { trans } = props;
  return [
    { name: 'table', label: trans.__('Differences'), show: () => <Table {...props} /> },
    { name: 'bars', label: trans.__('Bars'), show: () => <Bars {...props} /> },
    { name: 'curves', label: trans.__('Curves'), show: () => <Curves {...props} /> },
    { name: 'parallel', label: trans.__('Parallel'), show: () => <Parallel {...props} /> },
    { name: 'scatter', label: trans.__('Scatter'), show: () => <Scatter {...props} /> },
    { name: 'charts', label: trans.__('Charts'), show: () => <Charts {...props} /> },
    { name: 'images', label: trans.__('Pictures'), show: () => <Images {...props} /> },
    { name: 'code', label: trans.__('Code'), show: () => <Code {...props} /> }
  ];
}

function Table(props: IPartProps): JSX.Element {
  return <CompareTable {...props} open={props.openRun} remove={props.model.remove} />;
}

function Curves({ model, replies, runs, hidden, trans }: IPartProps): JSX.Element {
  const keys = useMemo(() => drawnKeys(replies), [replies]);
  return (
    <CurveBoard
      keys={keys}
      curves={model.curves.curves}
      isLoading={model.curves.isLoading}
      runs={runs}
      hidden={hidden}
      wanted={model.curves.want}
      trans={trans}
    />
  );
}

function Parallel({ replies, ...props }: IPartProps): JSX.Element {
  const rows = useMemo(() => differences(replies), [replies]);
  return <ParallelBoard {...props} rows={rows} open={props.openRun} />;
}

function Scatter({ replies, ...props }: IPartProps): JSX.Element {
  const rows = useMemo(() => differences(replies), [replies]);
  return <ScatterBoard {...props} rows={rows} open={props.openRun} />;
}

function Bars({ replies, ...props }: IPartProps): JSX.Element {
  const rows = useMemo(() => differences(replies), [replies]);
  return <BarBoard {...props} rows={rows} open={props.openRun} />;
}

/** Charts of one's own choice; they are kept for the experiment of the runs. */
function Charts({ model, replies, ...props }: IPartProps): JSX.Element {
  const rows = useMemo(() => [...differences(replies), cellRow(replies)], [replies]);
  const experiments = [...new Set(replies.map(it => it.run.experiment_id))].sort().join('+');
  useEffect(() => void model.charts.load(experiments), [model, experiments]);
  const { charts, isChosen, choose, reset } = model.charts;
  return (
    <ChartBoard {...{ ...props, rows, charts, isChosen, choose, reset }} open={props.openRun} />
  );
}

function Images({ model, ...props }: IPartProps): JSX.Element {
  useEffect(() => model.images.load(), [model, model.run_ids]);
  return (
    <Answered
      answer={model.images}
      show={reply => <ImageBoard {...props} reply={reply} link={model.imageLink} />}
      retry={() => void model.images.reload()}
      trans={props.trans}
    />
  );
}

function Code(props: IPartProps): JSX.Element {
  const { model, runs, trans } = props;
  const { pair } = model;
  useEffect(() => model.diff.load(), [model, model.run_ids]);
  const choices = runs.map(run => ({ value: run.id, label: run.label }));
  return (
    <div className="nbtrack-RunCode">
      <LabelledSelect
        label={trans.__('Before')}
        options={choices}
        value={pair.before}
        choose={before => model.choosePair({ ...pair, before })}
      />{' '}
      <LabelledSelect
        label={trans.__('After')}
        options={choices}
        value={pair.after}
        choose={after => model.choosePair({ ...pair, after })}
      />{' '}
      <button
        type="button"
        className="jp-mod-styled jp-mod-minimal"
        onClick={() => model.choosePair({ before: pair.after, after: pair.before })}
      >
        {trans.__('Swap')}
      </button>
      {pair.before === pair.after ? (
        <p className="nbtrack-Empty">{trans.__('Choose two different runs.')}</p>
      ) : (
        <Answered
          answer={model.diff}
          show={diff => <CodeDiff diff={diff} trans={trans} />}
          retry={() => void model.diff.reload()}
          trans={trans}
        />
      )}
    </div>
  );
}
