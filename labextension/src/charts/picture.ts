/**
 * A chart as a file: SVG or PNG that looks as on the screen, without its style sheet.
 */

/** What a chart's parts take from the style sheet. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline'
];

/**
 * The chart as a text that stands alone, on the page's own ground.
 */
export function svgText(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const shown = chart.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((part, index) => {
    const original = shown[index];
    if (original) {
      inlineStyle(original, part);
    }
  });
  copy.querySelectorAll('[data-pointer]').forEach(part => part.remove());
  const { width, height } = chart.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.style.background = groundOf(chart);
  return new XMLSerializer().serializeToString(copy);
}

/**
 * The chart as pixels, twice as fine as on the screen.
 */
export async function pngBlob(chart: SVGSVGElement): Promise<Blob> {
  const { width, height } = chart.getBoundingClientRect();
  const image = new Image();
  const source = new Blob([svgText(chart)], { type: 'image/svg+xml' });
  const url = URL.createObjectURL(source);
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * 2;
    canvas.height = height * 2;
    const pen = canvas.getContext('2d');
    if (pen) {
      pen.fillStyle = groundOf(chart);
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    }
    return await new Promise((resolve, reject) => {
      canvas.toBlob(blob => {
        if (blob) {
          resolve(blob);
        } else {
          reject(new Error('the picture is too large for this browser'));
        }
      }, 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Hand a file to the person, as if it were downloaded.
 */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(name);
  link.click();
  URL.revokeObjectURL(url);
}

/**
 * A name that every system takes for a file.
 */
export function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 120) || 'file';
}

function inlineStyle(original: Element, part: Element): void {
  const style = getComputedStyle(original);
  for (const name of STYLES) {
    (part as SVGElement).style.setProperty(name, style.getPropertyValue(name));
  }
}

function groundOf(chart: SVGSVGElement): string {
  const style = getComputedStyle(chart);
  return style.getPropertyValue('--jp-layout-color1').trim() || 'white';
}
