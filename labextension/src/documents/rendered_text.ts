/**
 * JupyterLab's own renderers behind the function that components call.
 */
import { MimeModel, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

import type { IRender } from '../components/rendered';

/**
 * Render by the registry; nothing in the text is trusted.
 */
export function rendererOf(registry: IRenderMimeRegistry): IRender {
  return (text, media, element) => {
    const renderer = registry.createRenderer(media);
    const model = new MimeModel({ data: { [media]: text }, trusted: false });
    Widget.attach(renderer, element);
    renderer.renderModel(model).catch(() => {
      element.textContent = text;
    });
    return () => {
      if (!element.isConnected) {
        // React took the element away before: there is nothing left to detach from
        renderer.clearFlag(Widget.Flag.IsAttached);
      }
      renderer.dispose();
    };
  };
}
