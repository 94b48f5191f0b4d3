/**
 * The small buttons of a chart: see all again, and take it away as a file.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RefObject } from 'react';

import { pngBlob, saveFile, svgText } from './picture';

/**
 * The buttons; `csv` makes the data when it is asked for, `reset` is null while all is shown.
 */
export function ChartTools(props: {
  chart: RefObject<SVGSVGElement>;
  name: string;
  csv: () => string;
  reset: (() => void) | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { chart, name, trans } = props;
  const save = (kind: 'csv' | 'png' | 'svg') => void saveChart(kind, props);
  return (
    <span className="nbtrack-Chart-tools" role="group" aria-label={trans.__('Chart %1', name)}>
      {props.reset ? (
        <button type="button" onClick={props.reset} title={trans.__('See all of the axis again')}>
          {trans.__('Reset')}
        </button>
      ) : null}
      <button type="button" onClick={() => save('csv')} title={trans.__('Download the points')}>
        CSV
      </button>
      <button
        type="button"
        onClick={() => chart.current && save('svg')}
        title={trans.__('Download as a drawing')}
      >
        SVG
      </button>
      <button
        type="button"
        onClick={() => chart.current && save('png')}
        title={trans.__('Download as a picture')}
      >
        PNG
      </button>
    </span>
  );
}

async function saveChart(
  kind: 'csv' | 'png' | 'svg',
  source: { chart: RefObject<SVGSVGElement>; name: string; csv: () => string }
): Promise<void> {
  const drawn = source.chart.current;
  if (kind === 'csv') {
    saveFile(`${source.name}.csv`, new Blob([source.csv()], { type: 'text/csv' }));
  } else if (drawn && kind === 'svg') {
    saveFile(`${source.name}.svg`, new Blob([svgText(drawn)], { type: 'image/svg+xml' }));
  } else if (drawn) {
    saveFile(`${source.name}.png`, await pngBlob(drawn));
  }
}
