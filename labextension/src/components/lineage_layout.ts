/**
 * Places for the executions behind a run: each below what it took from.
 */
import type { LineageEdge, LineageNode } from '../records';

/** A box of the graph. */
export interface IPlacedNode {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
}

/** A line between two boxes. */
export interface IPlacedEdge {
  readonly key: string;
  readonly d: string;
}

/** The graph, ready to be drawn. */
export interface ILineageLayout {
  readonly nodes: readonly IPlacedNode[];
  readonly edges: readonly IPlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** The size of a box, and the room between boxes. */
export const NODE = { width: 210, height: 54 };
const GAP = { x: 24, y: 38 };
const EDGE = 12;

/**
 * Lay out rows from the first executions at the top to the target at the bottom.
 */
export function lineageLayout(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): ILineageLayout {
  const known = new Set(nodes.map(node => node.execution_id));
  const inner = edges.filter(edge => known.has(edge.before) && known.has(edge.after));
  const rows = ordered(rowsOf(nodes, inner), inner);
  const widest = Math.max(1, ...rows.map(row => row.length));
  const width = EDGE * 2 + widest * NODE.width + (widest - 1) * GAP.x;
  const placed = rows.flatMap((row, level) => {
    const used = row.length * NODE.width + (row.length - 1) * GAP.x;
    return row.map((node, index) => ({
      node,
      x: (width - used) / 2 + index * (NODE.width + GAP.x),
      y: EDGE + level * (NODE.height + GAP.y)
    }));
  });
  const places = new Map(placed.map(one => [one.node.execution_id, one]));
  return {
    nodes: placed,
    edges: inner.flatMap(edge => {
      const before = places.get(edge.before);
      const after = places.get(edge.after);
      return before && after
        ? [{ key: `${edge.before} ${edge.after}`, d: edgePath(before, after) }]
        : [];
    }),
    width,
    height: EDGE * 2 + Math.max(rows.length, 1) * (NODE.height + GAP.y) - GAP.y
  };
}

/** Each node one row below the lowest that it took from; a circle is cut where it is met. */
function rowsOf(nodes: readonly LineageNode[], edges: readonly LineageEdge[]): LineageNode[][] {
  const sources = new Map<string, string[]>();
  for (const { before, after } of edges) {
    sources.set(after, [...(sources.get(after) ?? []), before]);
  }
  const levels = new Map<string, number>();
  const under = new Set<string>();
  const levelOf = (id: string): number => {
    const known = levels.get(id);
    if (known !== undefined || under.has(id)) {
      return known ?? 0;
    }
    under.add(id);
    const level = Math.max(0, ...(sources.get(id) ?? []).map(source => levelOf(source) + 1));
    under.delete(id);
    levels.set(id, level);
    return level;
  };
  const rows: LineageNode[][] = [];
  for (const node of nodes) {
    const level = levelOf(node.execution_id);
    (rows[level] ??= []).push(node);
  }
  return Array.from(rows, row => row ?? []).filter(row => row.length);
}

/** Each row by the middle of what it took from, so that few lines cross. */
function ordered(rows: LineageNode[][], edges: readonly LineageEdge[]): LineageNode[][] {
  const places = new Map<string, number>();
  return rows.map(row => {
    const wish = (node: LineageNode, index: number) => {
      const above = edges
        .filter(edge => edge.after === node.execution_id)
        .map(edge => places.get(edge.before) ?? 0);
      return above.length
        ? above.reduce((sum, place) => sum + place, 0) / above.length
        : index / Math.max(row.length, 1);
    };
    const wished = row.map((node, index) => ({ node, place: wish(node, index) }));
    wished.sort((one, two) => one.place - two.place);
    wished.forEach(({ node }, index) =>
      places.set(node.execution_id, (index + 0.5) / wished.length)
    );
    return wished.map(({ node }) => node);
  });
}

function edgePath(before: IPlacedNode, after: IPlacedNode): string {
  const from = { x: before.x + NODE.width / 2, y: before.y + NODE.height };
  const to = { x: after.x + NODE.width / 2, y: after.y };
  const bend = Math.max((to.y - from.y) / 2, GAP.y / 2);
  return `M${from.x} ${from.y}C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`;
}
