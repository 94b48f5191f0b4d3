/**
 * The sidebar: one tab in which each kind of thing has a section.
 */
import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { SidePanel } from '@jupyterlab/ui-components';
import type { AccordionPanel, Widget } from '@lumino/widgets';

import { runsIcon } from '../icons';
import { INbtrack, ISidebar } from '../tokens';

const ID = 'nbtrack-sidebar';

/** The rank of the section that is open at first. */
const FIRST_RANK = 10;

class Sidebar implements ISidebar {
  constructor(
    private readonly panel: SidePanel,
    private readonly activate: () => void
  ) {
    this.#sections.expansionToggled.connect((_, place) => this.#makeRoom(place));
  }

  add(section: Widget, rank: number): void {
    const place = this.#ranks.filter(it => it <= rank).length;
    this.#ranks.splice(place, 0, rank);
    this.panel.insertWidget(place, section);
    if (rank > FIRST_RANK) {
      this.#sections.collapse(place);
      this.#unseen.add(section);
    }
  }

  reveal(section?: Widget): void {
    this.activate();
    const place = section ? this.panel.widgets.indexOf(section) : -1;
    if (section && place >= 0) {
      this.#sections.expand(place);
      section.activate();
    }
  }

  enlarge(section: Widget): void {
    const sections = this.#sections;
    const place = sections.widgets.indexOf(section);
    const sizes = sections.relativeSizes();
    const all = sizes.reduce((sum, it, at) => sum + (sections.widgets[at]?.isHidden ? 0 : it), 0);
    if ((sizes[place] ?? 0) < all / 2) {
      sections.setRelativeSizes(
        sections.widgets.map(it => (it.isHidden ? 0 : it === section ? 2 : 1))
      );
    }
  }

  /** A section that was never open has no size yet: those that are open share the room. */
  #makeRoom(place: number): void {
    const sections = this.#sections;
    const section = sections.widgets[place];
    if (section && !section.isHidden && this.#unseen.delete(section)) {
      const shares = sections.widgets.map(it => (it.isHidden ? 0 : it === section ? 2 : 1));
      // Before the next frame the layout does not know yet how much the section may have.
      requestAnimationFrame(() => sections.setRelativeSizes(shares));
    }
  }

  get #sections(): AccordionPanel {
    return this.panel.content as AccordionPanel;
  }

  #ranks: number[] = [];
  #unseen = new Set<Widget>();
}

export const sidebar: JupyterFrontEndPlugin<ISidebar> = {
  id: '@nbtrack/labextension:sidebar',
  description: 'The sidebar in which runs and models are listed.',
  autoStart: true,
  provides: ISidebar,
  requires: [INbtrack],
  optional: [ILayoutRestorer, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    { trans }: INbtrack,
    restorer: ILayoutRestorer | null
  ): ISidebar => {
    const panel = new SidePanel();
    panel.id = ID;
    panel.addClass('nbtrack-Sidebar');
    panel.title.icon = runsIcon;
    panel.title.caption = trans.__('Runs and models (nbtrack)');
    panel.node.setAttribute('role', 'region');
    panel.node.setAttribute('aria-label', trans.__('nbtrack'));
    app.shell.add(panel, 'left', { rank: 450, type: 'nbtrack' });
    restorer?.add(panel, ID);
    return new Sidebar(panel, () => app.shell.activateById(ID));
  }
};
