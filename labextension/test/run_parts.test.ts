import { describe, expect, it } from 'vitest';

import { fetchPlan, kindOf } from '../src/components/artifact_kind';
import { treeRows } from '../src/components/artifact_tree';
import { fenced } from '../src/components/code_block';
import { folded, numbered, sideBySide } from '../src/components/code_rows';
import { boardSeries, matching } from '../src/components/curve_board';
import { matchingFacts } from '../src/components/fact_table';
import { lineageLayout, NODE } from '../src/components/lineage_layout';
import { modelCard } from '../src/components/model_card';
import { plainTags } from '../src/components/run_overview';
import { neighbour } from '../src/components/tabs';
import { firstBytes } from '../src/documents/artifact_source';
import type { ArtifactItem, CodeLine, LineageNode } from '../src/records';

function file(path: string, file_size: number | null = 10, media_type = ''): ArtifactItem {
  return { path, is_dir: false, file_size, media_type };
}

function lines(text: string): CodeLine[] {
  return text.split('\n').map(it => ({ sign: it[0] as CodeLine['sign'], text: it.slice(1) }));
}

describe('artifacts', () => {
  it('are shown by name, then by type', () => {
    expect(kindOf(file('a/ROC.PNG'))).toBe('image');
    expect(kindOf(file('model/MLmodel'))).toBe('model');
    expect(kindOf(file('table.tsv'))).toBe('table');
    expect(kindOf(file('noname', 1, 'text/x-log'))).toBe('text');
    expect(kindOf(file('model.pkl', 1, 'application/octet-stream'))).toBe('none');
  });

  it('are never fetched whole when they are large', () => {
    expect(fetchPlan(file('train.log', 2 ** 31))).toEqual({
      kind: 'text',
      bytes: 500_000,
      isWhole: false
    });
    expect(fetchPlan(file('big.png', 2 ** 31))).toEqual({ kind: 'large' });
    expect(fetchPlan(file('model.pkl', 5))).toEqual({ kind: 'none' });
    expect(fetchPlan(file('facts.json', 5))).toMatchObject({ kind: 'json', isWhole: true });
  });

  it('stop at their limit even if the server sends more', async () => {
    const blob = await firstBytes(new Response('x'.repeat(100_000)), 10);
    expect(await blob.text()).toBe('xxxxxxxxxx');
    expect((await firstBytes(new Response('ab'), 10)).size).toBe(2);
  });

  it('stand in a tree, folders first, numbers in their order', () => {
    const folder = (path: string): ArtifactItem => ({ ...file(path, null), is_dir: true });
    const folders = new Map([
      ['', [file('b10.txt'), file('b9.txt'), folder('z')]],
      ['z', [file('z/inner.txt')]]
    ]);
    const names = (open: string[]) =>
      treeRows(folders, new Set(open)).map(row => [row.file.path, row.depth]);
    expect(names([])).toEqual([
      ['z', 0],
      ['b9.txt', 0],
      ['b10.txt', 0]
    ]);
    expect(names(['z'])[1]).toEqual(['z/inner.txt', 1]);
  });
});

describe('a model card', () => {
  it('tells flavors, columns and facts', () => {
    const card = modelCard(
      [
        'artifact_path: model',
        'flavors:',
        '  python_function:',
        '    env:',
        '      conda: conda.yaml',
        '  sklearn:',
        '    code: null',
        'model_id: m-1',
        'signature:',
        '  inputs: \'[{"type": "double", "name": "it\'\'s", "required": true}, {"type":',
        '    "long", "name": "b", "required": false}]\'',
        '  outputs: \'[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]\'',
        '  params: null',
        "utc_time_created: '2026-11-26 21:00:00'"
      ].join('\n')
    );
    expect(card).toEqual({
      flavors: ['python_function', 'sklearn'],
      facts: { model_id: 'm-1', utc_time_created: '2026-11-26 21:00:00' },
      inputs: [
        { name: "it's", type: 'double', is_required: true },
        { name: 'b', type: 'long', is_required: false }
      ],
      outputs: [{ name: '0', type: 'int64 [-1]', is_required: true }],
      params: []
    });
  });

  it('says little about a file that is none', () => {
    expect(modelCard('<b>no</b>\n: : :')).toEqual({
      flavors: [],
      facts: {},
      inputs: [],
      outputs: [],
      params: []
    });
  });
});

describe('code', () => {
  it('is numbered on each side', () => {
    expect(numbered(lines(' a\n-b\n+c\n d')).map(it => [it.before, it.after])).toEqual([
      [1, 1],
      [2, null],
      [null, 2],
      [3, 3]
    ]);
  });

  it('stands side by side, what came beside what went', () => {
    const pairs = sideBySide(numbered(lines(' a\n-b\n-c\n+d\n e')));
    expect(pairs.map(it => [it.before?.text ?? null, it.after?.text ?? null])).toEqual([
      ['a', 'a'],
      ['b', 'd'],
      ['c', null],
      ['e', 'e']
    ]);
  });

  it('leaves out equal lines far from a change', () => {
    const rows = [...'.......x........'];
    expect(folded(rows, row => row === '.')).toEqual([
      { skipped: 4 },
      ...'...x...',
      { skipped: 5 }
    ]);
    expect(folded(['.', '.'], () => true)).toEqual([{ skipped: 2 }]);
  });

  it('stays inside its fence', () => {
    expect(fenced('a = "```"')).toBe('````python\na = "```"\n````');
    expect(fenced('a')).toBe('```python\na\n```');
  });
});

describe('lineage', () => {
  function node(execution_id: string, number: number): LineageNode {
    return { execution_id, source: `x${number}`, number, cell_id: null, is_target: false };
  }

  it('places each execution below what it took from', () => {
    const layout = lineageLayout(
      [node('a', 1), node('b', 2), node('c', 3)],
      [
        { before: 'a', after: 'c' },
        { before: 'b', after: 'c' },
        { before: 'gone', after: 'c' }
      ]
    );
    const places = new Map(layout.nodes.map(it => [it.node.execution_id, it]));
    expect(places.get('a')?.y).toBe(places.get('b')?.y);
    expect(places.get('c')?.y).toBeGreaterThan((places.get('a')?.y ?? 0) + NODE.height);
    expect(layout.edges.map(it => it.key)).toEqual(['a c', 'b c']);
  });

  it('survives a circle and emptiness', () => {
    const circle = [
      { before: 'a', after: 'b' },
      { before: 'b', after: 'a' }
    ];
    expect(lineageLayout([node('a', 1), node('b', 2)], circle).nodes).toHaveLength(2);
    expect(lineageLayout([], []).nodes).toEqual([]);
  });
});

describe('lists', () => {
  it('are filtered in any case', () => {
    expect(matching(['train/Loss', 'acc'], ' loss ')).toEqual(['train/Loss']);
    expect(
      matchingFacts(
        [
          ['b10', 'x'],
          ['b9', 'x'],
          ['c', 'B']
        ],
        'b'
      ).map(it => it[0])
    ).toEqual(['b9', 'b10', 'c']);
  });

  it('leave out tags that carry what is shown elsewhere', () => {
    expect(plainTags({ 'mlflow.user': 'u', 'nbtrack.x': '1', stage: 'try' })).toEqual({
      stage: 'try'
    });
  });

  it('of tabs go around by arrows', () => {
    const names = ['a', 'b', 'c'];
    expect(neighbour(names, 'c', 'ArrowRight')).toBe('a');
    expect(neighbour(names, 'a', 'ArrowLeft')).toBe('c');
    expect(neighbour(names, 'b', 'End')).toBe('c');
    expect(neighbour(names, 'b', 'x')).toBeNull();
  });

  it('of lines hold only the runs that are shown and have points', () => {
    const curve = { key: 'loss', steps: [0], timestamps: [0], values: [1] };
    const runs = ['a', 'b', 'c'].map((id, slot) => ({ id, label: id, slot }));
    const curves = [
      { ...curve, run_id: 'a' },
      { ...curve, run_id: 'b' }
    ];
    const series = boardSeries('loss', { runs, curves, hidden: new Set(['b']) }, 'step');
    expect(series.map(it => it.id)).toEqual(['a']);
  });
});
