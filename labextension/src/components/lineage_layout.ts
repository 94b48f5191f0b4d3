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

/** A place in a row: of an execution, or of a line that only passes. */
interface ISlot {
  readonly id: string;
  readonly node: LineageNode | null;
}

/** What a passing line needs of a row's width. */
const PASSAGE = 24;

/**
 * Lay out rows from the first executions at the top to the target at the bottom.
 */
export function lineageLayout(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): ILineageLayout {
  const known = new Set(nodes.map(node => node.execution_id));
  const inner = edges.filter(edge => known.has(edge.before) && known.has(edge.after));
  const ways = waysOf(rowsOf(nodes, inner), inner);
  const rows = ordered(ways.rows, ways.steps);
  const width = EDGE * 2 + Math.max(NODE.width, ...rows.map(widthOf));
  const places = new Map<string, IPlace>();
  rows.forEach((row, level) => {
    let x = (width - widthOf(row)) / 2;
    const y = EDGE + level * (NODE.height + GAP.y);
    for (const slot of row) {
      places.set(slot.id, { x, y, width: slotWidth(slot) });
      x += slotWidth(slot) + GAP.x;
    }
  });
  return {
    nodes: nodes.flatMap(node => {
      const place = places.get(node.execution_id);
      return place ? [{ node, x: place.x, y: place.y }] : [];
    }),
    edges: ways.ways.map(({ key, ids }) => ({
      key,
      d: wayPath(ids.flatMap(id => places.get(id) ?? []))
    })),
    width,
    height: EDGE * 2 + Math.max(rows.length, 1) * (NODE.height + GAP.y) - GAP.y
  };
}

/** Where something is drawn. */
interface IPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A line from box to box, over the passages of the rows between. */
interface IWay {
  readonly key: string;
  readonly ids: readonly string[];
}

/** Rows with a passage wherever a line crosses one, so that no line runs behind a box. */
function waysOf(
  rows: readonly (readonly LineageNode[])[],
  edges: readonly LineageEdge[]
): { rows: ISlot[][]; ways: IWay[]; steps: LineageEdge[] } {
  const slots: ISlot[][] = rows.map(row => row.map(node => ({ id: node.execution_id, node })));
  const levels = new Map(
    rows.flatMap((row, level) => row.map(node => [node.execution_id, level] as const))
  );
  const ways = edges.map(edge => {
    const key = `${edge.before} ${edge.after}`;
    const from = levels.get(edge.before) ?? 0;
    const to = levels.get(edge.after) ?? 0;
    const passages: string[] = [];
    for (let level = from + 1; level < to; level += 1) {
      const id = `${key} ${level}`;
      slots[level]?.push({ id, node: null });
      passages.push(id);
    }
    return { key, ids: [edge.before, ...passages, edge.after] };
  });
  const steps = ways.flatMap(({ ids }) =>
    ids.slice(1).map((after, index) => ({ before: ids[index] ?? '', after }))
  );
  return { rows: slots, ways, steps };
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
function ordered(rows: readonly ISlot[][], steps: readonly LineageEdge[]): ISlot[][] {
  const places = new Map<string, number>();
  const sources = new Map<string, string[]>();
  for (const { before, after } of steps) {
    sources.set(after, [...(sources.get(after) ?? []), before]);
  }
  return rows.map(row => {
    const wished = row.map((slot, index) => {
      const above = (sources.get(slot.id) ?? []).map(id => places.get(id) ?? 0);
      const middle = above.reduce((sum, place) => sum + place, 0) / above.length;
      return { slot, place: above.length ? middle : index / row.length };
    });
    wished.sort((one, two) => one.place - two.place);
    wished.forEach(({ slot }, index) => places.set(slot.id, (index + 0.5) / wished.length));
    return wished.map(({ slot }) => slot);
  });
}

function slotWidth(slot: ISlot): number {
  return slot.node ? NODE.width : PASSAGE;
}

function widthOf(row: readonly ISlot[]): number {
  return row.reduce((sum, slot) => sum + slotWidth(slot) + GAP.x, -GAP.x);
}

/** From the bottom of a box, straight down each passage, to the top of the next. */
function wayPath(places: readonly IPlace[]): string {
  const middle = (place: IPlace) => place.x + place.width / 2;
  const [start, ...rest] = places;
  if (!start) {
    return '';
  }
  let x = middle(start);
  let y = start.y + NODE.height;
  let d = `M${x} ${y}`;
  rest.forEach((place, index) => {
    const bend = Math.max((place.y - y) / 2, GAP.y / 2);
    d += `C${x} ${y + bend} ${middle(place)} ${place.y - bend} ${middle(place)} ${place.y}`;
    x = middle(place);
    y = place.y;
    if (index < rest.length - 1) {
      y += NODE.height;
      d += `V${y}`;
    }
  });
  return d;
}
