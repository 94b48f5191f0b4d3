/**
 * When a version was promoted, and what its gates measured: in a line, the values below it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { ago, moment } from '../state/format';
import type { PromotionTags } from '../state/model_words';

/** The line; nothing for a version that was never tried. */
export function PromotionLine(props: {
  told: PromotionTags;
  now: number;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { told, now, trans } = props;
  const words = wordsOf(told, now, trans);
  if (!words) {
    return null;
  }
  const title = told.promotedAt === null ? undefined : moment(told.promotedAt);
  return told.measured.length === 0 ? (
    <p className="nbtrack-Version-promotion" title={title}>
      {words}
    </p>
  ) : (
    <details className="nbtrack-Version-promotion">
      <summary title={title}>{words}</summary>
      <dl className="nbtrack-Version-metrics">
        {told.measured.map(([key, value]) => (
          <div key={key}>
            <dt title={key}>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function wordsOf(told: PromotionTags, now: number, trans: TranslationBundle): string {
  const { promotedAt, passed, measured } = told;
  const parts: string[] = [];
  if (promotedAt !== null) {
    parts.push(trans.__('promoted %1', ago(promotedAt, now)));
  }
  if (passed !== null) {
    parts.push(passed ? trans.__('gates passed') : trans.__('a gate failed'));
  } else if (measured.length > 0) {
    parts.push(trans.__('measured'));
  }
  return parts.join(' · ');
}
