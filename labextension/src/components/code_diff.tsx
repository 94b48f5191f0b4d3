/**
 * Why two runs differ: the cause first, then metrics, then the code side by side or in one column.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactNode } from 'react';

import type { CodePart, DiffReply, EffectItem, FindingItem } from '../records';
import { number } from '../state/format';
import { folded, isSkipped, numbered, sideBySide, type INumberedLine } from './code_rows';

/** How code is laid out. */
type Layout = 'split' | 'unified';

/**
 * All of a difference.
 */
export function CodeDiff(props: { diff: DiffReply; trans: TranslationBundle }): JSX.Element {
  const { diff, trans } = props;
  const [layout, setLayout] = useState<Layout>('split');
  const changed = diff.code.filter(part => part.differs);
  return (
    <div className="nbtrack-Diff">
      <p className="nbtrack-Diff-headline">{diff.headline}</p>
      <Findings findings={diff.findings} trans={trans} />
      <Effects effects={diff.effects} trans={trans} />
      {diff.code.length ? (
        <div className="nbtrack-Diff-tools">
          <h3>{trans.__('Code')}</h3>
          <label>
            {trans.__('Layout')}{' '}
            <select
              className="jp-mod-styled"
              value={layout}
              onChange={event => setLayout(event.target.value as Layout)}
            >
              <option value="split">{trans.__('side by side')}</option>
              <option value="unified">{trans.__('one column')}</option>
            </select>
          </label>
        </div>
      ) : null}
      {changed.map((part, index) => (
        <Part key={index} part={part} layout={layout} trans={trans} />
      ))}
      {diff.code.length && !changed.length ? (
        <p className="nbtrack-Empty">{trans.__('The code is the same in both runs.')}</p>
      ) : null}
      {diff.same.length ? (
        <p className="nbtrack-Diff-same">
          {trans.__('The same in both: %1', diff.same.join(', '))}
        </p>
      ) : null}
    </div>
  );
}

function Findings(props: {
  findings: readonly FindingItem[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { findings, trans } = props;
  if (!findings.length) {
    return null;
  }
  return (
    <table className="nbtrack-Table nbtrack-Findings" aria-label={trans.__('Differences')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Difference')}</th>
          <th scope="col">{trans.__('Before')}</th>
          <th scope="col">{trans.__('After')}</th>
          <th scope="col">{trans.__('Where')}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding, index) => (
          <tr key={index} className={finding.role === 'cause' ? 'nbtrack-mod-cause' : undefined}>
            <th scope="row">
              {finding.role === 'cause' ? (
                <span className="nbtrack-Chip">{trans.__('cause')}</span>
              ) : null}{' '}
              {finding.title}
            </th>
            <td className="nbtrack-Table-text">
              <div>{finding.before}</div>
            </td>
            <td className="nbtrack-Table-text">
              <div>{finding.after}</div>
            </td>
            <td>{finding.where}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Effects(props: {
  effects: readonly EffectItem[];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { effects, trans } = props;
  if (!effects.length) {
    return null;
  }
  return (
    <p className="nbtrack-Diff-effects">
      {trans.__('Metrics:')}{' '}
      {effects.map((effect, index) => (
        <span key={effect.key}>
          {index ? ', ' : ''}
          <b>{effect.key}</b> {number(effect.before)} → {number(effect.after)}
        </span>
      ))}
    </p>
  );
}

function Part(props: { part: CodePart; layout: Layout; trans: TranslationBundle }): JSX.Element {
  const { part, layout, trans } = props;
  return (
    <section className="nbtrack-Diff-part" aria-label={part.title}>
      <h4>{part.title}</h4>
      <div className="nbtrack-Diff-scroll">
        <table className={`nbtrack-Diff-code nbtrack-mod-${layout}`}>
          {layout === 'split' ? (
            <thead>
              <tr className="nbtrack-VisuallyHidden">
                <th scope="col">{trans.__('Line')}</th>
                <th scope="col">{trans.__('Before')}</th>
                <th scope="col">{trans.__('Line')}</th>
                <th scope="col">{trans.__('After')}</th>
              </tr>
            </thead>
          ) : null}
          <tbody>{layout === 'split' ? splitRows(part, trans) : unifiedRows(part, trans)}</tbody>
        </table>
      </div>
    </section>
  );
}

function splitRows(part: CodePart, trans: TranslationBundle): ReactNode[] {
  const pairs = sideBySide(numbered(part.lines));
  return folded(pairs, pair => pair.before === pair.after).map((row, index) =>
    isSkipped(row) ? (
      <SkippedRow key={index} count={row.skipped} columns={4} trans={trans} />
    ) : (
      <tr key={index}>
        <Line line={row.before} number={row.before?.before ?? null} trans={trans} />
        <Line line={row.after} number={row.after?.after ?? null} trans={trans} />
      </tr>
    )
  );
}

function unifiedRows(part: CodePart, trans: TranslationBundle): ReactNode[] {
  return folded(numbered(part.lines), line => line.sign === ' ').map((row, index) =>
    isSkipped(row) ? (
      <SkippedRow key={index} count={row.skipped} columns={2} trans={trans} />
    ) : (
      <tr key={index}>
        <Line line={row} number={row.after ?? row.before} trans={trans} />
      </tr>
    )
  );
}

function SkippedRow(props: {
  count: number;
  columns: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { count, trans } = props;
  return (
    <tr className="nbtrack-Diff-skipped">
      <td colSpan={props.columns}>{trans._n('%1 equal line', '%1 equal lines', count, count)}</td>
    </tr>
  );
}

function Line(props: {
  line: INumberedLine | null;
  number: number | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { line, number, trans } = props;
  const kind = { ' ': 'same', '+': 'added', '-': 'gone' }[line?.sign ?? ' '];
  const spoken = { ' ': '', '+': trans.__('added'), '-': trans.__('taken away') }[
    line?.sign ?? ' '
  ];
  return (
    <>
      <td className="nbtrack-Diff-number">{number}</td>
      <td className={`nbtrack-Diff-line nbtrack-mod-${line ? kind : 'none'}`}>
        {line && line.sign !== ' ' ? (
          <>
            <span aria-hidden="true">{line.sign} </span>
            <span className="nbtrack-VisuallyHidden">{spoken} </span>
          </>
        ) : line ? (
          '  '
        ) : null}
        {line?.text}
      </td>
    </>
  );
}
