/**
 * The dialog in which a model that a run logged becomes a version of a registered one.
 */
import { Notification, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { LoggedModelItem, ModelsReply, RegisteredReply, RunReply } from '../records';
import { words } from '../request';
import type { INbtrack } from '../tokens';
import { FormDialog } from './form_dialog';
import { RegisterForm } from './register_form';

/** What was filled in. */
export class RegisterDraft {
  constructor(
    readonly models: readonly LoggedModelItem[],
    readonly names: readonly string[]
  ) {
    this.model_id = models[0]?.model_id ?? '';
    this.name = '';
  }

  model_id: string;
  name: string;
  problem: string | null = null;
}

class RegisterBody extends ReactWidget {
  constructor(
    private readonly draft: RegisterDraft,
    private readonly trans: TranslationBundle
  ) {
    super();
  }

  protected render(): JSX.Element {
    const change = (fields: Partial<RegisterDraft>): void => {
      Object.assign(this.draft, { problem: null }, fields);
      this.update();
    };
    return <RegisterForm draft={{ ...this.draft }} change={change} trans={this.trans} />;
  }
}

/** Register a model of a run: which one, and under which name. */
export async function registerDialog(
  run_id: string,
  services: INbtrack,
  register: (model_id: string, name: string) => Promise<RegisteredReply>
): Promise<void> {
  const { requests, trans, actions } = services;
  const [run, known] = await Promise.all([
    requests.get<RunReply>(`runs/${run_id}`),
    requests.get<ModelsReply>('models')
  ]);
  const ready = run.models.filter(it => it.status === 'READY');
  if (ready.length === 0) {
    Notification.info(
      trans.__('Run %1 logged no model. Log one by %2.', run.run.run_name, '%%track --model NAME')
    );
    return;
  }
  const draft = new RegisterDraft(
    ready,
    known.models.map(it => it.name)
  );
  const body = new RegisterBody(draft, trans);
  const act = async (): Promise<boolean> => {
    const name = draft.name.trim();
    try {
      if (!name) {
        throw new Error(trans.__('A registered model needs a name.'));
      }
      const { version } = await register(draft.model_id, name);
      Notification.success(trans.__('Version %1 of %2 is registered.', version, name), {
        autoClose: 8000,
        actions: [{ label: trans.__('Open'), callback: () => actions.run.openModel(name) }]
      });
      return true;
    } catch (error) {
      draft.problem = words(error);
      body.update();
      return false;
    }
  };
  const dialog = new FormDialog({
    title: trans.__('Register a model of %1', run.run.run_name),
    body,
    acts: [{ label: trans.__('Register'), act, kind: 'accept', isDefault: true }],
    close: trans.__('Cancel'),
    focus: '.nbtrack-Form-name'
  });
  await dialog.launch();
}
