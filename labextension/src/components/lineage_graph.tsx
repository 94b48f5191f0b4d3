/**
 * The executions behind a run as a graph; a box leads to its cell.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useId, useMemo, useRef, type KeyboardEvent } from 'react';

import type { LineageNode, LineageReply } from '../records';
import { lineageLayout, NODE, type IPlacedNode } from './lineage_layout';

/** Letters of code that a box has room for. */
const LETTERS = 28;

/**
 * The graph, its doubts, and the script that makes the run again.
 */
export function LineageGraph(props: {
  lineage: LineageReply;
  jump: (node: LineageNode) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { lineage, jump, trans } = props;
  const arrow = useId();
  const graph = useRef<SVGSVGElement>(null);
  const layout = useMemo(() => lineageLayout(lineage.nodes, lineage.edges), [lineage]);
  const order = [...lineage.nodes].sort((one, two) => (one.number ?? 0) - (two.number ?? 0));
  const move = (event: KeyboardEvent, node: LineageNode) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const next = step && order[order.indexOf(node) + step];
    if (next) {
      event.preventDefault();
      graph.current?.querySelector<SVGGElement>(`[data-id="${next.execution_id}"]`)?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      jump(node);
    }
  };
  return (
    <div className="nbtrack-Lineage-scroll">
      <svg
        ref={graph}
        className="nbtrack-Lineage"
        width={layout.width}
        height={layout.height}
        role="group"
        aria-label={trans.__('%1 executions behind %2', lineage.nodes.length, lineage.target)}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX={8}
            refY={4}
            markerWidth={8}
            markerHeight={8}
            orient="auto"
          >
            <path className="nbtrack-Lineage-arrow" d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        {layout.edges.map(edge => (
          <path
            key={edge.key}
            className="nbtrack-Lineage-edge"
            d={edge.d}
            markerEnd={`url(#${arrow})`}
          />
        ))}
        {layout.nodes.map(placed => (
          <Box
            key={placed.node.execution_id}
            placed={placed}
            isFirst={placed.node === order[0]}
            title={nodeText(placed.node, trans)}
            onClick={() => jump(placed.node)}
            onKeyDown={event => move(event, placed.node)}
          />
        ))}
      </svg>
    </div>
  );
}

function Box(props: {
  placed: IPlacedNode;
  isFirst: boolean;
  title: string;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}): JSX.Element {
  const { node, x, y } = props.placed;
  const lines = node.source.split('\n').filter(line => line.trim());
  return (
    <g
      className={`nbtrack-Lineage-node${node.is_target ? ' nbtrack-mod-target' : ''}`}
      role="button"
      tabIndex={props.isFirst ? 0 : -1}
      aria-label={props.title}
      data-id={node.execution_id}
      transform={`translate(${x} ${y})`}
      onClick={props.onClick}
      onKeyDown={props.onKeyDown}
    >
      <title>{node.source}</title>
      <rect width={NODE.width} height={NODE.height} rx={3} />
      <text className="nbtrack-Lineage-number" x={8} y={15}>
        [{node.number ?? ' '}]
      </text>
      {lines.slice(0, 2).map((line, index) => (
        <text key={index} x={8} y={32 + index * 14}>
          {line.length > LETTERS ? `${line.slice(0, LETTERS - 1)}…` : line}
        </text>
      ))}
    </g>
  );
}

function nodeText(node: LineageNode, trans: TranslationBundle): string {
  const first = node.source.split('\n').find(line => line.trim()) ?? '';
  const where = node.cell_id ? trans.__('go to its cell') : trans.__('its cell is not known');
  return trans.__('Execution %1: %2; %3', node.number ?? '?', first, where);
}
