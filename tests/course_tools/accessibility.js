// Contrasts by the formula of WCAG 2.2, from computed colors; what pictures lie on or below is not seen.
const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const read = new Map();

function rgba(color) { // any color that CSS can write
  if (!read.has(color)) {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = color;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    read.set(color, [r, g, b, a / 255]);
  }
  return read.get(color);
}

const over = ([r, g, b, a], below) => [...[r, g, b].map((one, i) => a * one + (1 - a) * below[i]), 1];

function ground(element) {
  const layers = [];
  for (let one = element; one; one = one.parentElement) {
    layers.push(rgba(getComputedStyle(one).backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
}

function luminance([r, g, b]) {
  const linear = (one) => ((one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function ratio(color, element) {
  let opacity = 1;
  for (let one = element; one; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
  const below = ground(element);
  const [r, g, b, a] = rgba(color);
  const [dark, light] = [luminance(over([r, g, b, a * opacity], below)), luminance(below)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}

function seen(element) {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

function keep(found, name, value) {
  found[name] = Math.min(found[name] ?? Infinity, value);
}

function contrasts(selector) {
  const found = {};
  for (const part of document.querySelectorAll(selector)) {
    for (const formula of part.querySelectorAll("mjx-container")) {
      if (seen(formula)) keep(found, "a formula", ratio(getComputedStyle(formula).color, formula));
    }
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (!text || element.closest("script, style, noscript, mjx-container, option") || !seen(element)) continue;
      keep(found, text.slice(0, 80), ratio(getComputedStyle(element).color, element));
    }
  }
  return found;
}

function place(element) {
  return `${element.tagName.toLowerCase()}.${element.className} ${element.textContent.trim().slice(0, 40)}`;
}

function borders(selector) {
  const found = {};
  for (const element of [...document.querySelectorAll(selector)].filter(seen)) {
    const style = getComputedStyle(element);
    for (const side of ["Top", "Right", "Bottom", "Left"]) {
      if (style[`border${side}Style`] === "none" || parseFloat(style[`border${side}Width`]) === 0) continue;
      keep(found, place(element), ratio(style[`border${side}Color`], element.parentElement));
    }
  }
  return found;
}

function cut() {
  const hidden = (overflow) => ["hidden", "clip"].includes(overflow);
  return [...document.querySelectorAll("body *")].filter((element) => {
    const style = getComputedStyle(element);
    if (!seen(element) || style.display === "inline" || !element.textContent.trim()) return false;
    if (element.closest("mjx-container, svg")) return false;
    const formula = element.matches("span.math") && element.querySelector("svg"); // beside it stands what is read aloud
    if (formula) return formula.getBoundingClientRect().right > element.getBoundingClientRect().right + 1;
    return (hidden(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (hidden(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
  }).map(place);
}
