/**
 * The dialog in which a version is promoted: check what the gates say, then move the place.
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModelReply, PromotionReply } from '../records';
import { FormDialog } from './form_dialog';
import { PromoteForm } from './promote_form';
import { PromotionDraft, type SendPromotion } from './promotion_draft';

class PromoteBody extends ReactWidget {
  constructor(
    private readonly draft: PromotionDraft,
    private readonly trans: TranslationBundle
  ) {
    super();
    draft.onChange = () => this.update();
  }

  override dispose(): void {
    this.draft.onChange = null;
    super.dispose();
  }

  protected render(): JSX.Element {
    return <PromoteForm draft={this.draft} trans={this.trans} />;
  }
}

/** Ask for a promotion; gives what came of it, null if nothing moved. */
export async function promoteDialog(
  page: ModelReply,
  version: string,
  send: SendPromotion,
  trans: TranslationBundle
): Promise<PromotionReply | null> {
  const needsNote = trans.__('Say in a note why a failing gate may be passed over.');
  const draft = new PromotionDraft(page, version, send, needsNote);
  let moved: PromotionReply | null = null;
  const promote = async (): Promise<boolean> => {
    const isMoved = await draft.ask('promote');
    moved = isMoved ? draft.report : null;
    return isMoved;
  };
  const check = async (): Promise<boolean> => {
    await draft.ask('check');
    return false;
  };
  const dialog = new FormDialog({
    title: trans.__('Promote a version of %1', page.model.name),
    body: new PromoteBody(draft, trans),
    acts: [
      { label: trans.__('Check'), act: check, kind: 'plain', isDefault: true },
      { label: trans.__('Promote'), act: promote, kind: 'accept' }
    ],
    close: trans.__('Close'),
    focus: '.nbtrack-Form-place'
  });
  await dialog.launch();
  return moved;
}
