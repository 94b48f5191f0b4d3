/**
 * Code with the colours of JupyterLab, and what can be done with it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { Rendered, type IRender } from './rendered';

/**
 * Python as a markdown block, whose fence is longer than any in the code.
 */
export function fenced(code: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`+/g), match => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}python\n${code}\n${fence}`;
}

/**
 * The code under its title and buttons.
 */
export function CodeBlock(props: {
  title: string;
  code: string;
  acts: readonly (readonly [string, () => void])[];
  render: IRender;
  trans: TranslationBundle;
}): JSX.Element {
  const { title, code, acts, render } = props;
  return (
    <section className="nbtrack-Code" aria-label={title}>
      <header>
        <h3>{title}</h3>
        {acts.map(([label, act]) => (
          <button key={label} type="button" className="jp-mod-styled jp-mod-minimal" onClick={act}>
            {label}
          </button>
        ))}
      </header>
      <Rendered text={fenced(code)} media="text/markdown" render={render} />
    </section>
  );
}
