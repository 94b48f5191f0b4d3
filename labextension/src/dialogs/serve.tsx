/**
 * The dialog in which a version of a registered model becomes an endpoint.
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EndpointItem, ModelReply, ServeWish } from '../records';
import { words } from '../request';
import { FormDialog } from './form_dialog';
import { ServeDraft } from './serve_draft';
import { faultWords, ServeForm } from './serve_form';

class ServeBody extends ReactWidget {
  constructor(
    private readonly draft: ServeDraft,
    private readonly trans: TranslationBundle
  ) {
    super();
  }

  protected render(): JSX.Element {
    return (
      <ServeForm
        draft={this.draft}
        change={fields => {
          Object.assign(this.draft.fields, fields);
          this.draft.problem = null;
          this.update();
        }}
        trans={this.trans}
      />
    );
  }
}

/** Ask how a model is to be served; gives the endpoint, null if none was started. */
export async function serveDialog(
  page: ModelReply,
  which: string | undefined,
  serve: (wish: ServeWish) => Promise<EndpointItem>,
  trans: TranslationBundle
): Promise<EndpointItem | null> {
  const draft = new ServeDraft(page, which);
  const body = new ServeBody(draft, trans);
  let started: EndpointItem | null = null;
  const act = async (): Promise<boolean> => {
    const { fault } = draft;
    if (fault !== null || draft.isBusy) {
      draft.problem = fault && faultWords(fault, trans);
      body.update();
      return false;
    }
    draft.isBusy = true;
    draft.problem = null;
    body.update();
    try {
      started = await serve(draft.wish);
    } catch (error) {
      draft.problem = words(error);
    }
    draft.isBusy = false;
    body.update();
    return started !== null;
  };
  const dialog = new FormDialog({
    title: trans.__('Serve %1', page.model.name),
    body,
    acts: [{ label: trans.__('Serve'), act, kind: 'accept', isDefault: true }],
    close: trans.__('Cancel'),
    focus: '.nbtrack-Form-name'
  });
  await dialog.launch();
  return started;
}
