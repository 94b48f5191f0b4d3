/**
 * Text that JupyterLab's own renderers show: markdown, code.
 */
import { useEffect, useRef } from 'react';

/** Puts rendered text into an element; what it gives takes the text away again. */
export type IRender = (text: string, media: string, element: HTMLElement) => () => void;

/**
 * The rendered text.
 */
export function Rendered(props: { text: string; media: string; render: IRender }): JSX.Element {
  const { text, media, render } = props;
  const holder = useRef<HTMLDivElement>(null);
  useEffect(
    () => (holder.current ? render(text, media, holder.current) : undefined),
    [text, media, render]
  );
  return <div className="nbtrack-Rendered" ref={holder} />;
}
