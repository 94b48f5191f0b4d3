/**
 * Which stroke is which run; a click takes a run out of the charts and back.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { strokeOf } from './palette';

/** A run in the legend. */
export interface ILegendItem {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
}

/**
 * A short piece of a run's stroke.
 */
export function Swatch(props: { slot: number }): JSX.Element {
  const stroke = strokeOf(props.slot);
  return (
    <svg className="nbtrack-Swatch" width={22} height={10} aria-hidden="true">
      <line
        x1={1}
        x2={21}
        y1={5}
        y2={5}
        style={{ stroke: stroke.colour }}
        strokeDasharray={stroke.dash}
      />
    </svg>
  );
}

/**
 * One switch a run.
 */
export function Legend(props: {
  items: readonly ILegendItem[];
  hidden: ReadonlySet<string>;
  toggle: (id: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { items, hidden, toggle, trans } = props;
  return (
    <div className="nbtrack-Legend" role="group" aria-label={trans.__('Runs in the charts')}>
      {items.map(item => (
        <button
          key={item.id}
          type="button"
          className="nbtrack-Legend-item"
          aria-pressed={!hidden.has(item.id)}
          title={hidden.has(item.id) ? trans.__('Show this run') : trans.__('Hide this run')}
          onClick={() => toggle(item.id)}
        >
          <Swatch slot={item.slot} />
          <span>{item.label}</span>
        </button>
      ))}
    </div>
  );
}
