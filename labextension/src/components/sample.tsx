/**
 * Code to look at in a narrow column: it is broken between words only, never within `--option`.
 */
import type { ReactElement } from 'react';

/** The code, line by line. */
export function Sample({ code }: { code: string }): ReactElement {
  return (
    <pre>
      {code.split(/(\s+)/).map((it, place) => (/\S/.test(it) ? <span key={place}>{it}</span> : it))}
    </pre>
  );
}
