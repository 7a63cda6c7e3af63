// Texts whose contrast with the nearest background behind them is below 4.5 to 1 (level AA of WCAG 2.2, and its formula).
() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const hasText = (node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const faint = new Set();
  for (const node of document.querySelectorAll("header *, main *, footer *")) {
    if (!hasText(node) || node.closest("svg, script")) continue;
    const pair = [numbers(getComputedStyle(node).color), behind(node)].map(light).sort((a, b) => b - a);
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) faint.add(`${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 30)}`);
  }
  return [...faint];
};
