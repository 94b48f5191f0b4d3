/**
 * The code that made a run, and what differs from the code of another run.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { DiffReply, RunReply, RunRow } from '../records';
import { ago } from '../state/format';
import { Answered, type IAnswerState } from './answered';
import { CodeBlock } from './code_block';
import { CodeDiff } from './code_diff';
import type { IRender } from './rendered';
import type { IRunActs } from './run_overview';

/**
 * The cell's code, a choice of another run, and the difference.
 */
export function RunCode(props: {
  reply: RunReply;
  others: readonly RunRow[];
  against: string | null;
  compareWith: (run_id: string | null) => void;
  diff: IAnswerState<DiffReply>;
  acts: IRunActs;
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { reply, others, against, compareWith, trans } = props;
  return (
    <div className="nbtrack-RunCode">
      <label>
        {trans.__('Compare with')}{' '}
        <select
          className="jp-mod-styled"
          value={against ?? ''}
          onChange={event => compareWith(event.target.value || null)}
        >
          <option value="">{trans.__('no other run')}</option>
          {others.map(run => (
            <option key={run.run_id} value={run.run_id}>
              {run.run_name} · {ago(run.start_time, Date.now())}
            </option>
          ))}
        </select>
      </label>
      {against ? (
        <Answered
          answer={props.diff}
          show={diff => <CodeDiff diff={diff} trans={trans} />}
          retry={() => compareWith(against)}
          trans={trans}
        />
      ) : (
        <CellCode {...props} reply={reply} />
      )}
    </div>
  );
}

function CellCode(props: {
  reply: RunReply;
  acts: IRunActs;
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { reply, acts, trans } = props;
  const { cell } = reply;
  if (!cell) {
    return (
      <p className="nbtrack-Empty">
        {trans.__(
          'No cell is known for this run. Runs of cells that begin with %1 keep their code.',
          '%%track'
        )}
      </p>
    );
  }
  return (
    <CodeBlock
      title={trans.__('Cell [%1]', cell.number ?? ' ')}
      code={cell.source}
      render={props.render}
      trans={trans}
      acts={[
        [trans.__('Copy'), () => acts.copy(cell.source)],
        [trans.__('Put into a new cell'), () => acts.restore(cell.source)],
        ...(cell.cell_id ? [[trans.__('Go to the cell'), () => acts.jump(cell)] as const] : [])
      ]}
    />
  );
}
