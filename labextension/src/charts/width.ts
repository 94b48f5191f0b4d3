/**
 * How wide an element is on the screen, kept up to date.
 */
import { useEffect, useRef, useState, type RefObject } from 'react';

/**
 * A reference for an element, and its width; `initial` until it is on the screen.
 */
export function useWidth(initial: number): [RefObject<HTMLDivElement>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    if (!element.current) {
      return undefined;
    }
    const observer = new ResizeObserver(entries => {
      const found = entries[0]?.contentRect.width;
      if (found) {
        setWidth(Math.round(found));
      }
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
