/**
 * A file of a run, as far as a browser can show it; always with a download link.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import { csvRows } from '../charts/csv';
import { fileSize } from '../charts/figures';
import type { ArtifactItem } from '../records';
import { nameOf, type ArtifactKind } from './artifact_kind';
import { JsonTree } from './json_tree';
import { modelCard } from './model_card';
import { Rendered, type IRender } from './rendered';
import { SpecTable } from './spec_table';

/** Rows of a table that are shown. */
const ROWS = 200;

/** What was fetched of a file. */
export interface IArtifactContent {
  readonly file: ArtifactItem;
  readonly kind: ArtifactKind | 'large';
  /** The text, or for pictures an address. */
  readonly text: string;
  /** False when only the first part was fetched. */
  readonly isWhole: boolean;
}

/**
 * The file under a line with its name, size and links.
 */
export function ArtifactPreview(props: {
  content: IArtifactContent;
  /** Where all of it is: to be kept, and to be looked at. */
  link: string;
  page: string;
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { content, link, page, trans } = props;
  const { file } = content;
  return (
    <section className="nbtrack-Preview" aria-label={trans.__('Preview of %1', file.path)}>
      <header>
        <b>{nameOf(file.path)}</b>
        <span>{file.file_size === null ? '' : fileSize(file.file_size)}</span>
        <span>{file.media_type}</span>
        {content.isWhole && content.kind !== 'large' ? (
          <a href={page} target="_blank" rel="noopener">
            {trans.__('Open in a new tab')}
          </a>
        ) : null}
        <a href={link} download={nameOf(file.path)}>
          {trans.__('Download')}
        </a>
      </header>
      {content.isWhole ? null : (
        <p className="nbtrack-Notice">
          {trans.__('Only the first part is shown; the download has all of it.')}
        </p>
      )}
      <div className="nbtrack-Preview-body">
        <Body {...props} />
      </div>
    </section>
  );
}

function Body(props: {
  content: IArtifactContent;
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { content, render, trans } = props;
  const { kind, text, file } = content;
  switch (kind) {
    case 'image':
      return <img src={text} alt={nameOf(file.path)} />;
    case 'html':
      return <HtmlFrame html={text} name={file.path} trans={trans} />;
    case 'json':
      return <JsonBody text={text} />;
    case 'markdown':
      return <Rendered text={text} media="text/markdown" render={render} />;
    case 'model':
      return <ModelCard text={text} trans={trans} />;
    case 'table':
      return <TableBody text={text} name={file.path} />;
    case 'text':
      return <pre>{text}</pre>;
    case 'large':
      return (
        <p>{trans.__('The file is too large to be shown here. The download has all of it.')}</p>
      );
    case 'none':
      return <p>{trans.__('There is no preview for files of this kind.')}</p>;
  }
}

/** Scripts of a page run only when a person says so, and never with the rights of this one. */
function HtmlFrame(props: { html: string; name: string; trans: TranslationBundle }): JSX.Element {
  const { html, name, trans } = props;
  const [isLive, setIsLive] = useState(false);
  return (
    <>
      {isLive ? null : (
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          onClick={() => setIsLive(true)}
        >
          {trans.__('Run the scripts of this page')}
        </button>
      )}
      <iframe
        key={String(isLive)}
        title={trans.__('Page %1', name)}
        sandbox={isLive ? 'allow-scripts' : ''}
        srcDoc={html}
      />
    </>
  );
}

function JsonBody(props: { text: string }): JSX.Element {
  try {
    return <JsonTree value={JSON.parse(props.text)} />;
  } catch {
    return <pre>{props.text}</pre>;
  }
}

function TableBody(props: { text: string; name: string }): JSX.Element {
  const separator = props.name.toLowerCase().endsWith('.tsv') ? '\t' : ',';
  const [head, ...rows] = csvRows(props.text, separator, ROWS + 1);
  return (
    <table className="nbtrack-Table" aria-label={props.name}>
      <thead>
        <tr>
          {head?.map((name, index) => (
            <th key={index} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ModelCard(props: { text: string; trans: TranslationBundle }): JSX.Element {
  const { text, trans } = props;
  const card = modelCard(text);
  return (
    <div className="nbtrack-ModelCard">
      <p>
        {trans.__('Flavors')}:{' '}
        {card.flavors.map(flavor => (
          <span key={flavor} className="nbtrack-Chip">
            {flavor}
          </span>
        ))}
      </p>
      <dl>
        {Object.entries(card.facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <SpecTable title={trans.__('Takes')} specs={card.inputs} trans={trans} />
      <SpecTable title={trans.__('Gives')} specs={card.outputs} trans={trans} />
      <SpecTable title={trans.__('Params')} specs={card.params} trans={trans} />
      <details>
        <summary>{trans.__('The whole file')}</summary>
        <pre>{text}</pre>
      </details>
    </div>
  );
}
