"""What a picture does not prove: that text stands out from its ground, that controls have names."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

__all__ = ["AXE", "axe_faults", "faint_texts", "nameless_controls"]

AXE = Path(__file__).parents[3] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"

OURS = '[class*="nbtrack-"]'

FAINT = """([ours, least]) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const parts = color => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return { rgb: [r, g, b], alpha: a / 255 };
    };
    const over = (top, under) =>
        under.map((it, n) => top.rgb[n] * top.alpha + it * (1 - top.alpha));
    const ground = node => {
        const layers = [];
        for (let it = node; it; it = it.parentElement) {
            const layer = parts(getComputedStyle(it).backgroundColor);
            layers.push(layer);
            if (layer.alpha === 1) break;
        }
        return layers.reduceRight((under, layer) => over(layer, under), [255, 255, 255]);
    };
    const light = rgb => {
        const [r, g, b] = rgb.map(it => it / 255)
            .map(it => it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = new Map();
    for (const node of document.querySelectorAll(`${ours}, ${ours} *`)) {
        const text = [...node.childNodes].filter(it => it.nodeType === 3)
            .map(it => it.textContent.trim()).join(' ').trim();
        if (!text || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
            continue;
        if (node.closest('[disabled], [aria-disabled="true"], [hidden]')) continue;
        const under = ground(node), style = getComputedStyle(node);
        const color = node instanceof SVGElement ? style.fill : style.color;
        const [low, high] = [light(under), light(over(parts(color), under))].sort((a, b) => a - b);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < least)
            found.set(`${node.className?.baseVal ?? node.className}: ${text.slice(0, 40)}`,
                ratio.toFixed(1));
    }
    return [...found].map(it => it.join(' '));
}"""

NAMELESS = """ours => {
    const controls = 'button, input, select, textarea, a[href], [role=button], [role=tab], '
        + '[role=grid], [role=treegrid], [role=listbox], [role=img], [tabindex="0"]';
    const named = it => it.getAttribute('aria-label') || it.title || it.textContent.trim()
        || it.getAttribute('placeholder') || it.labels?.length
        || (it.getAttribute('aria-labelledby') ?? '').split(' ')
            .some(id => document.getElementById(id)?.textContent.trim());
    return [...document.querySelectorAll(ours)]
        .flatMap(it => [...it.querySelectorAll(controls)])
        .filter(it => it.checkVisibility() && !it.closest('[aria-hidden="true"]') && !named(it))
        .map(it => it.outerHTML.slice(0, 120))
        .filter((it, n, all) => all.indexOf(it) === n);
}"""


def faint_texts(page: Page, least: float) -> list[str]:
    """Texts of ours whose contrast to their ground is less than wanted, with what it is."""
    return page.evaluate(FAINT, [OURS, least])


def nameless_controls(page: Page) -> list[str]:
    """Controls of ours that a screen reader has no name for."""
    return page.evaluate(NAMELESS, OURS)


AXE_RUN = """async () => {
    const ours = [...document.querySelectorAll('#nbtrack-sidebar, .nbtrack-Page')]
        .filter(it => it.checkVisibility());
    const found = await window.axe.run(
        // JupyterLab's own elements, of which axe does not know the role
        { include: ours, exclude: [['jp-button']] },
        {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            // the page around ours is JupyterLab's
            rules: { 'heading-order': { enabled: false }, 'region': { enabled: false } },
        },
    );
    return found.violations.flatMap(it => it.nodes.map(node => `${it.id}: ${node.html}`));
}"""


def axe_faults(page: Page) -> list[str]:
    """What axe finds in what is seen of ours: each fault with the element that has it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(AXE_RUN)
