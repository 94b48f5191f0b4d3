/**
 * The form in which a tag is written: its key and its value.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { TagWish } from '../records';

/** A body for a dialog; its value is the tag, without a value if it is to be taken away. */
export class TagForm extends Widget {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('nbtrack-TagForm');
    this.#key = this.#field(trans.__('Key'));
    this.#value = this.#field(trans.__('Value (none takes the tag away)'));
  }

  getValue(): TagWish {
    const value = this.#value.value;
    return { key: this.#key.value.trim(), value: value === '' ? null : value };
  }

  #field(title: string): HTMLInputElement {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'text';
    input.className = 'jp-mod-styled';
    label.append(title, input);
    this.node.append(label);
    return input;
  }

  #key: HTMLInputElement;
  #value: HTMLInputElement;
}
