/**
 * Pictures of runs beside each other: a row for each name that they share, a column for each run.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ILegendItem } from '../charts/legend';
import type { ImageItem, ImagesReply } from '../records';
import { LabelledSelect } from './labelled_select';

/** Names that are drawn before somebody asks for more. */
const FIRST = 20;
const LAST = 'last';

/** A row of the grid: the picture of each run, if it has one. */
export interface IImageRow {
  readonly name: string;
  readonly images: readonly (ImageItem | null)[];
}

/**
 * The rows of the grid, those first that most runs have. Of a series a run shows its last picture
 * up to a step, or the last one of all.
 */
export function imageRows(
  images: readonly ImageItem[],
  run_ids: readonly string[],
  step: number | null
): IImageRow[] {
  const found = new Map<string, Map<string, ImageItem>>();
  for (const image of images) {
    const at = image.step ?? 0;
    const row = found.get(image.name) ?? new Map<string, ImageItem>();
    found.set(image.name, row);
    const known = row.get(image.run_id);
    if ((image.step === null || step === null || at <= step) && (known?.step ?? -Infinity) <= at) {
      row.set(image.run_id, image);
    }
  }
  return [...found]
    .map(([name, row]) => ({ name, images: run_ids.map(id => row.get(id) ?? null) }))
    .sort((one, two) => countOf(two) - countOf(one) || one.name.localeCompare(two.name));
}

function countOf(row: IImageRow): number {
  return row.images.filter(Boolean).length;
}

/** The steps that pictures have, in order. */
export function stepsOf(images: readonly ImageItem[]): number[] {
  const steps = images.flatMap(({ step }) => (step === null ? [] : [step]));
  return [...new Set(steps)].sort((one, two) => one - two);
}

/**
 * Choices above, the grid below.
 */
export function ImageBoard(props: {
  reply: ImagesReply;
  runs: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  /** Where a browser finds a picture. */
  link: (image: ImageItem) => string;
  trans: TranslationBundle;
}): JSX.Element {
  const { reply, runs, hidden, trans } = props;
  const [filter, setFilter] = useState('');
  const [step, setStep] = useState(LAST);
  const [isAll, setAll] = useState(false);
  const seen = runs.filter(run => !hidden.has(run.id));
  const ids = seen.map(run => run.id);
  const rows = imageRows(reply.images, ids, step === LAST ? null : Number(step)).filter(row =>
    row.name.toLowerCase().includes(filter.trim().toLowerCase())
  );
  const steps = stepsOf(reply.images);
  if (!reply.images.length) {
    return (
      <p className="nbtrack-Empty">
        {trans.__(
          'These runs have no pictures. log_figure(figure, "roc.png") or log_image(image, key="sample") keeps one.'
        )}
      </p>
    );
  }
  return (
    <>
      <div className="nbtrack-Board-controls">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter names')}
          aria-label={trans.__('Filter pictures')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        {steps.length > 1 ? (
          <LabelledSelect
            label={trans.__('Step')}
            value={step}
            options={[
              { value: LAST, label: trans.__('the last') },
              ...steps.map(it => ({ value: String(it), label: String(it) }))
            ]}
            choose={setStep}
          />
        ) : null}
        {rows.length > FIRST && !isAll ? (
          <button
            type="button"
            className="jp-mod-styled jp-mod-minimal"
            onClick={() => setAll(true)}
          >
            {trans.__('Show all %1', rows.length)}
          </button>
        ) : null}
      </div>
      {reply.is_cut ? (
        <p className="nbtrack-Notice">
          {trans.__('There are more pictures than are shown; compare fewer runs to see them.')}
        </p>
      ) : null}
      <Grid {...props} rows={isAll ? rows : rows.slice(0, FIRST)} seen={seen} />
    </>
  );
}

function Grid(props: {
  rows: readonly IImageRow[];
  seen: readonly ILegendItem[];
  link: (image: ImageItem) => string;
  trans: TranslationBundle;
}): JSX.Element {
  const { rows, seen, link, trans } = props;
  return (
    <div className="nbtrack-ImageGrid">
      <table aria-label={trans.__('Pictures of each run')}>
        <thead>
          <tr>
            {seen.map(run => (
              <th key={run.id} scope="col" title={run.label}>
                {run.label}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map(row => (
          <tbody key={row.name}>
            <tr>
              <th scope="rowgroup" colSpan={seen.length}>
                {row.name}
              </th>
            </tr>
            <tr>
              {seen.map((run, place) => (
                <td key={run.id}>
                  <Picture
                    image={row.images[place] ?? null}
                    label={`${row.name}, ${run.label}`}
                    link={link}
                    trans={trans}
                  />
                </td>
              ))}
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Picture(props: {
  image: ImageItem | null;
  label: string;
  link: (image: ImageItem) => string;
  trans: TranslationBundle;
}): JSX.Element {
  const { image, label, trans } = props;
  if (!image) {
    return <span className="nbtrack-Empty">–</span>;
  }
  const address = props.link(image);
  return (
    <figure>
      <a href={address} target="_blank" rel="noopener" title={trans.__('Open in a new tab')}>
        <img loading="lazy" src={address} alt={label} />
      </a>
      {image.step === null ? null : <figcaption>{trans.__('step %1', image.step)}</figcaption>}
    </figure>
  );
}
