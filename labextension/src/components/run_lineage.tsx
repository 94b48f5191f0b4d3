/**
 * What a run came from: the graph of executions, doubts about it, and the script.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { LineageReply } from '../records';
import { CodeBlock } from './code_block';
import { LineageGraph } from './lineage_graph';
import type { IRender } from './rendered';
import type { IRunActs } from './run_overview';

/**
 * Graph, notes and script; `notebook` is where the cells are.
 */
export function RunLineage(props: {
  lineage: LineageReply;
  notebook: string | null;
  acts: IRunActs;
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { lineage, notebook, acts, trans } = props;
  if (!lineage.nodes.length) {
    return (
      <p className="nbtrack-Empty">
        {trans.__('No executions are known behind this run. %track on keeps those of a notebook.')}
      </p>
    );
  }
  return (
    <div className="nbtrack-RunLineage">
      <Notes title={trans.__('Out of date: these changed since')} items={lineage.stale} />
      <Notes title={trans.__('Not known')} items={lineage.missing} />
      <Notes
        title={
          lineage.exact
            ? trans.__('Notes')
            : trans.__('The executions may be more than needed, or miss some')
        }
        items={lineage.doubts}
      />
      <LineageGraph
        lineage={lineage}
        jump={node => acts.jump({ cell_id: node.cell_id, notebook })}
        trans={trans}
      />
      <CodeBlock
        title={trans.__('Script that makes it again')}
        code={lineage.code}
        render={props.render}
        trans={trans}
        acts={[
          [trans.__('Copy'), () => acts.copy(lineage.code)],
          [trans.__('Put into a new cell'), () => acts.restore(lineage.code)],
          [trans.__('Reproduce…'), () => acts.reproduce()]
        ]}
      />
    </div>
  );
}

function Notes(props: { title: string; items: readonly string[] }): JSX.Element | null {
  return props.items.length ? (
    <div className="nbtrack-Notice" role="note">
      {props.title}
      <ul>
        {props.items.map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  ) : null;
}
