/**
 * A promotion that somebody is about to ask for: what was filled in, and what the gates said.
 */
import type { ModelReply, PromotionReply, PromotionWish, VersionItem } from '../records';
import { words } from '../request';
import { gatesFor, placesOf } from '../state/model_words';

/** What was filled in. */
export interface PromotionFields {
  version: string;
  to: string;
  gates: readonly string[];
  note: string;
  force: boolean;
}

/** Sends a wish. */
export type SendPromotion = (wish: PromotionWish) => Promise<PromotionReply>;

/** The draft, and who is told when it changes. */
export class PromotionDraft {
  constructor(
    readonly page: ModelReply,
    version: string,
    private readonly send: SendPromotion,
    private readonly forceNeedsNote: string
  ) {
    this.#fields = { version, to: 'champion', gates: [''], note: '', force: false };
  }

  get fields(): PromotionFields {
    return this.#fields;
  }

  /** What the gates said; null once something was filled in anew. */
  get report(): PromotionReply | null {
    return this.#report;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  get version(): VersionItem | undefined {
    return this.page.versions.find(it => it.version === this.#fields.version);
  }

  /** Which version has the place now. */
  get holder(): string | null {
    const { to } = this.#fields;
    const staged = this.page.versions.find(it => it.current_stage === to);
    return this.page.model.aliases[to] ?? staged?.version ?? null;
  }

  get places(): string[] {
    return placesOf(Object.keys(this.page.model.aliases));
  }

  get suggestions(): string[] {
    return gatesFor(this.version);
  }

  /** Called when anything is another; null for nobody. */
  onChange: (() => void) | null = null;

  set(fields: Partial<PromotionFields>): void {
    this.#fields = { ...this.#fields, ...fields };
    this.#report = null;
    this.#problem = null;
    this.onChange?.();
  }

  setGate(place: number, text: string): void {
    this.set({ gates: this.#fields.gates.map((it, at) => (at === place ? text : it)) });
  }

  addGate(): void {
    this.set({ gates: [...this.#fields.gates, ''] });
  }

  removeGate(place: number): void {
    const gates = this.#fields.gates.filter((_, at) => at !== place);
    this.set({ gates: gates.length > 0 ? gates : [''] });
  }

  /** Ask the gates, or ask them and move; gives whether the place moved. */
  async ask(how: 'check' | 'promote'): Promise<boolean> {
    if (this.#isBusy) {
      return false;
    }
    const { version, note, force } = this.#fields;
    if (how === 'promote' && force && !note.trim()) {
      this.#problem = this.forceNeedsNote;
      this.onChange?.();
      return false;
    }
    const gates = this.#fields.gates.map(it => it.trim()).filter(Boolean);
    const to = this.#fields.to.trim();
    this.#isBusy = true;
    this.#problem = null;
    this.onChange?.();
    try {
      const dry_run = how === 'check';
      this.#report = await this.send({ version, to, gates, note: note.trim(), force, dry_run });
    } catch (error) {
      this.#report = null;
      this.#problem = words(error);
    }
    this.#isBusy = false;
    this.onChange?.();
    return how === 'promote' && (this.#report?.is_moved ?? false);
  }

  #fields: PromotionFields;
  #report: PromotionReply | null = null;
  #problem: string | null = null;
  #isBusy = false;
}
