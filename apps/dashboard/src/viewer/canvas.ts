/** A canvas sized to so many CSS pixels at the screen's density, and its context, of which a unit is a CSS pixel. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): { readonly context: CanvasRenderingContext2D; readonly density: number } | undefined {
  const density = Math.min(2, devicePixelRatio || 1); // beyond 2 nobody sees more, but it takes its time
  const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return undefined;
  context.setTransform(density, 0, 0, density, 0, 0);
  return { context, density };
}
