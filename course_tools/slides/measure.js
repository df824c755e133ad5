// Goes through a deck as a teacher would and returns what each slide shows, in pixels of a 1280 × 720 slide.
(async () => {
  const NO_ALT = "No description has been provided for this image";  // what nbconvert writes where none is
  const { width, height } = SLIDE;
  const still = document.createElement("style");
  still.textContent = "*, *::before, *::after { transition: none !important; animation: none !important; }";
  document.head.append(still);
  const shown = (element) => getComputedStyle(element).visibility === "visible";
  const clicks = (element) => {
    const fragment = element.closest(".fragment");
    return fragment ? Number(fragment.dataset.fragmentIndex) + 1 : 0;
  };
  const text = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const measured = [];

  for (const slide of Reveal.getSlides()) {
    const { h, v } = Reveal.getIndices(slide);
    const faults = [];

    Reveal.slide(h, v, -1);  // as it first appears
    for (const result of slide.querySelectorAll(".celltag_reveals")) {
      const question = [...slide.querySelectorAll(".celltag_predict")].some((one) => clicks(one) >= clicks(result));
      if (question && shown(result)) faults.push(`a prediction and its result come on one click: ${text(result)}`);
    }

    Reveal.slide(h, v, 999);  // with every fragment
    const box = slide.getBoundingClientRect();
    const bottom = Math.max(slide.scrollHeight, ...[...slide.querySelectorAll("img, pre, table")].map(
      (element) => element.getBoundingClientRect().bottom - box.top));
    const right = Math.max(slide.scrollWidth, ...[...slide.querySelectorAll("img, table, mjx-container > svg")].map(
      (element) => element.getBoundingClientRect().right - box.left));
    if (bottom > height) faults.push(`${Math.ceil(bottom)} pixels tall, ${height} fit`);
    if (right > width) faults.push(`${Math.ceil(right)} pixels wide, ${width} fit`);
    for (const code of slide.querySelectorAll("pre")) {
      if (code.scrollWidth > code.clientWidth) faults.push(`cut at the right: ${text(code)}`);
    }
    for (const figure of slide.querySelectorAll("img")) {
      const { left, right: end, top, bottom: foot } = figure.getBoundingClientRect();
      if (left < 0 || end > width || top < 0 || foot > height) faults.push(`a figure is clipped: ${figure.alt}`);
      if (!figure.alt.trim() || figure.alt === NO_ALT) faults.push("a figure has no alt text");
      if (figure.naturalWidth === 0) faults.push(`a figure does not load: ${figure.alt}`);
    }
    for (const error of slide.querySelectorAll("svg [data-mjx-error]")) {
      faults.push(`a formula cannot be read: ${error.dataset.mjxError}`);
    }
    for (const cell of slide.querySelectorAll(".jp-RenderedMarkdown, .jp-RenderedHTML")) {
      const plain = cell.cloneNode(true);
      plain.querySelectorAll("code, pre, mjx-container").forEach((element) => element.remove());
      if (/\$[^$]+\$/.test(plain.textContent)) faults.push(`a formula is not typeset: ${text(plain)}`);
    }
    if (!slide.querySelector("h1, h2, h3")) faults.push("it has no heading");

    measured.push({
      title: text(slide.querySelector("h1, h2, h3") ?? slide),
      height: Math.ceil(bottom),
      width: Math.ceil(right),
      fragments: slide.querySelectorAll(".fragment").length,
      notes: slide.querySelectorAll("aside.notes").length,
      faults,
    });
  }
  return measured;
})()
