/**
 * Charts that a person chose, in the order in which they want them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useRef } from 'react';

import type { ILegendItem } from '../charts/legend';
import type { ChartWish } from '../state/charts';
import { movedChart } from '../state/charts';
import { ChartCard } from './chart_card';
import type { IDifference } from './differences';

/** What the board is given. */
export interface IChartBoardProps {
  readonly charts: readonly ChartWish[];
  /** Whether they are other than the first ones. */
  readonly isChosen: boolean;
  readonly choose: (charts: readonly ChartWish[]) => void;
  readonly reset: () => void;
  readonly rows: readonly IDifference[];
  readonly runs: readonly ILegendItem[];
  readonly hidden: ReadonlySet<string>;
  readonly open: (id: string) => void;
  readonly trans: TranslationBundle;
}

export function ChartBoard(props: IChartBoardProps): JSX.Element {
  const { charts, choose, trans } = props;
  const board = useRef<HTMLDivElement>(null);
  const move = (place: number, by: number): void => {
    choose(movedChart(charts, place, by));
    // The button moved with its chart, and the focus stays with it.
    window.requestAnimationFrame(() => {
      const card = board.current?.querySelectorAll('.nbtrack-ChartCard')[place + by];
      card?.querySelector<HTMLElement>(`[data-move="${by}"]:not(:disabled), [data-move]`)?.focus();
    });
  };
  return (
    <div ref={board}>
      <div className="nbtrack-Board-controls">
        <button
          type="button"
          className="jp-mod-styled"
          onClick={() =>
            choose([...charts, { kind: 'scatter', x: '', y: '', z: '', isLog: false }])
          }
        >
          {trans.__('Add a chart')}
        </button>
        <button
          type="button"
          className="jp-mod-styled jp-mod-minimal"
          disabled={!props.isChosen}
          title={trans.__('Show the charts that are shown at first, of this experiment')}
          onClick={props.reset}
        >
          {trans.__('Reset charts')}
        </button>
      </div>
      {charts.length === 0 ? (
        <p className="nbtrack-Empty">{trans.__('No chart is chosen: add one, or reset them.')}</p>
      ) : null}
      <div className="nbtrack-ChartCards">
        {charts.map((wish, place) => (
          <ChartCard
            key={place}
            {...props}
            wish={wish}
            place={place}
            count={charts.length}
            change={change =>
              choose(charts.map((it, index) => (index === place ? { ...it, ...change } : it)))
            }
            move={by => move(place, by)}
            remove={() => choose(charts.filter((_, index) => index !== place))}
          />
        ))}
      </div>
    </div>
  );
}
