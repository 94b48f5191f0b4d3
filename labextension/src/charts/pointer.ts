/**
 * What hand and keyboard do on a line chart: read a point, zoom, pan.
 */
import {
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject
} from 'react';

import type { ILinePlot } from './line_plot';
import type { Span } from './scale';
import { nearest } from './series';
import { between, isWhole, panned, zoomed } from './zoom';

/** Less than this many pixels is a click, not a drag. */
const CLICK = 4;
const WHEEL_FACTOR = 1.25;
const KEY_FACTOR = 1.6;

/** What the chart shows of it. */
export interface IPointing {
  readonly pad: RefObject<HTMLDivElement>;
  /** The value under the pointer or the keyboard's mark. */
  readonly mark: number | null;
  /** Where a drag began and is now, as values. */
  readonly drag: Span | null;
  readonly handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    onDoubleClick: () => void;
    onBlur: () => void;
  };
}

/** A drag under way: where it began, and the window that it pans, if it pans. */
interface IDrag {
  readonly pixel: number;
  readonly value: number;
  readonly panning: Span | null;
}

/**
 * Follow pointer and keyboard over a plot; `show` is told the new window, null for all.
 */
export function usePointing(
  plot: ILinePlot | null,
  show: (window: Span | null) => void
): IPointing {
  const pad = useRef<HTMLDivElement>(null);
  const began = useRef<IDrag | null>(null);
  const [mark, setMark] = useState<number | null>(null);
  const [drag, setDrag] = useState<Span | null>(null);
  const choose = (window: Span) => {
    if (plot) {
      show(isWhole(window, plot.full) ? null : window);
    }
  };
  useWheelZoom(pad, plot, choose);
  const stop = () => {
    began.current = null;
    setDrag(null);
  };
  return {
    pad,
    mark,
    drag,
    handlers: {
      onPointerDown: event => {
        if (plot && event.button === 0) {
          event.currentTarget.setPointerCapture(event.pointerId);
          const pixel = pixelOf(event, plot);
          const panning = event.shiftKey ? plot.across.domain : null;
          began.current = { pixel, value: plot.across.back(pixel), panning };
        }
      },
      onPointerMove: event => {
        if (!plot) {
          return;
        }
        const pixel = pixelOf(event, plot);
        const start = began.current;
        setMark(plot.across.back(pixel));
        if (start?.panning) {
          choose(panned(start.panning, (start.pixel - pixel) / widthOf(plot), plot.full));
        } else if (start) {
          setDrag([start.value, plot.across.back(pixel)]);
        }
      },
      onPointerUp: event => {
        const start = began.current;
        if (plot && start && !start.panning) {
          const pixel = pixelOf(event, plot);
          const window = between(start.value, plot.across.back(pixel), plot.full);
          if (window && Math.abs(pixel - start.pixel) > CLICK) {
            choose(window);
          }
        }
        stop();
      },
      onPointerLeave: () => setMark(null),
      onDoubleClick: () => show(null),
      onBlur: () => setMark(null),
      onKeyDown: keyHandler(plot, mark, act => {
        if ('mark' in act) {
          setMark(act.mark);
        } else {
          show(act.window && plot && !isWhole(act.window, plot.full) ? act.window : null);
        }
      })
    }
  };
}

/** What a key means on a chart. */
export type KeyAct = { mark: number } | { window: Span | null };

/**
 * Arrows read, with shift they pan, + and - zoom, 0 shows all; other keys mean nothing.
 */
export function keyAct(
  event: { key: string; shiftKey: boolean },
  plot: ILinePlot,
  mark: number | null
): KeyAct | null {
  const { across, full } = plot;
  const middle = mark ?? (across.domain[0] + across.domain[1]) / 2;
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (direction) {
    return event.shiftKey
      ? { window: panned(across.domain, direction * 0.2, full) }
      : { mark: nextMark(plot, mark, direction) };
  }
  switch (event.key) {
    case 'Home':
      return { mark: across.domain[0] };
    case 'End':
      return { mark: across.domain[1] };
    case '+':
    case '=':
      return { window: zoomed(across.domain, 1 / KEY_FACTOR, middle, full) };
    case '-':
      return { window: zoomed(across.domain, KEY_FACTOR, middle, full) };
    case '0':
      return { window: null };
    default:
      return null;
  }
}

function keyHandler(
  plot: ILinePlot | null,
  mark: number | null,
  apply: (act: KeyAct) => void
): (event: KeyboardEvent<HTMLElement>) => void {
  return event => {
    const act = plot && keyAct(event, plot, mark);
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      apply(act);
    }
  };
}

/** The next point of the line with the most points. */
function nextMark(plot: ILinePlot, mark: number | null, direction: number): number {
  const longest = plot.shown.reduce<readonly number[]>(
    (best, line) => (line.x.length > best.length ? line.x : best),
    []
  );
  if (mark === null) {
    return direction > 0 ? plot.across.domain[0] : plot.across.domain[1];
  }
  const index = nearest(longest, mark) + direction;
  const next = longest[Math.min(Math.max(index, 0), longest.length - 1)] ?? mark;
  return Math.min(Math.max(next, plot.across.domain[0]), plot.across.domain[1]);
}

/** Zoom by wheel with ctrl or cmd; React's own listener could not keep the page from zooming. */
function useWheelZoom(
  pad: RefObject<HTMLDivElement>,
  plot: ILinePlot | null,
  choose: (window: Span) => void
): void {
  useEffect(() => {
    const element = pad.current;
    if (!element || !plot) {
      return undefined;
    }
    const zoom = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const factor = event.deltaY > 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR;
        const around = plot.across.back(pixelOf(event, plot));
        choose(zoomed(plot.across.domain, factor, around, plot.full));
      }
    };
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  });
}

/** The pad covers the frame; pixels count from the chart's own left border. */
function pixelOf(event: { clientX: number; currentTarget: unknown }, plot: ILinePlot): number {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  return plot.frame.left + event.clientX - box.left;
}

function widthOf(plot: ILinePlot): number {
  return plot.frame.right - plot.frame.left;
}
