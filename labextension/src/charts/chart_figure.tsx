/**
 * What stands around a chart: its title and tools, and what is said where there is nothing to draw.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactNode, RefObject } from 'react';
import { ChartTools } from './chart_tools';

export function ChartFigure(props: {
  title: string;
  chart: RefObject<SVGSVGElement>;
  holder: RefObject<HTMLDivElement>;
  width: number;
  height: number;
  said: string;
  empty: string;
  csv: () => string;
  trans: TranslationBundle;
  children: ReactNode;
}): JSX.Element {
  const { title, chart, height } = props;
  return (
    <figure className="nbtrack-Chart">
      <figcaption>
        <span className="nbtrack-Chart-title">{title}</span>
        <ChartTools chart={chart} name={title} csv={props.csv} reset={null} trans={props.trans} />
      </figcaption>
      <div className="nbtrack-Chart-holder" ref={props.holder} style={{ height }}>
        {props.children ? (
          <svg ref={chart} width={props.width} height={height} role="group" aria-label={props.said}>
            {props.children}
          </svg>
        ) : (
          <p className="nbtrack-Chart-empty">{props.empty}</p>
        )}
      </div>
    </figure>
  );
}
