/**
 * A dialog whose buttons act while it stays open, one at a time; it closes when the act says so.
 */
import { Dialog, type ReactWidget } from '@jupyterlab/apputils';

/** A button, and what it does; true closes the dialog. */
export interface FormAct {
  label: string;
  act: () => Promise<boolean>;
  /** Whether it is what the dialog is for. */
  kind: 'accept' | 'plain';
  /** Whether the Enter key does it. */
  isDefault?: boolean;
}

/** What a form dialog shows. */
export interface FormOptions {
  title: string;
  body: ReactWidget;
  acts: FormAct[];
  close: string;
  /** The field that has the focus first. */
  focus?: string;
}

/** The dialog. */
export class FormDialog extends Dialog<unknown> {
  constructor(private readonly options: FormOptions) {
    const buttons = options.acts.map(({ label, kind }) =>
      Dialog.createButton({
        label,
        accept: kind === 'accept',
        displayType: 'default',
        className: `nbtrack-mod-${kind}`
      })
    );
    super({
      title: options.title,
      body: options.body,
      buttons: [Dialog.cancelButton({ label: options.close }), ...buttons],
      defaultButton:
        1 +
        Math.max(
          0,
          options.acts.findIndex(it => it.isDefault)
        ),
      focusNodeSelector: options.focus ?? 'input'
    });
    this.addClass('nbtrack-FormDialog');
  }

  /** A button was pressed: its act decides whether the dialog closes. */
  override resolve(index?: number): void {
    const act = index === undefined ? undefined : this.options.acts[index - 1];
    if (!act) {
      super.resolve(0);
    } else if (!this.#isBusy) {
      this.#beBusy(true);
      void act.act().then(isDone => {
        this.#beBusy(false);
        if (isDone && !this.isDisposed) {
          super.resolve(0);
        }
      });
    }
  }

  /** What acts rests meanwhile; `disabled` would take the focus out of the dialog. */
  #beBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    for (const button of this.node.querySelectorAll('.nbtrack-mod-accept, .nbtrack-mod-plain')) {
      button.setAttribute('aria-disabled', String(isBusy));
    }
  }

  #isBusy = false;
}
