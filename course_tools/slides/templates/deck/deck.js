// Formulas first, then sizes, then reveal.js: it hides all slides but one, and what is hidden has no size.
const SMALLEST = 0.75, LARGEST = 1.5;  // of a figure's own size; smaller letters cannot be read, larger ones shout

function fitFigures(slide) {
  const figures = [...slide.querySelectorAll("img")].filter((figure) => figure.offsetHeight > 0);
  if (figures.length === 0) return;
  const total = figures.reduce((sum, figure) => sum + figure.offsetHeight, 0);
  const widest = Math.max(...figures.map((figure) => figure.offsetWidth / figure.parentElement.offsetWidth));
  const room = (total + SLIDE.height - 1 - slide.scrollHeight) / total;  // scrollHeight is rounded
  const scale = Math.min(Math.max(room, SMALLEST), LARGEST, 1 / widest);
  const sizes = figures.map((figure) => [figure.offsetWidth * scale, figure.offsetHeight * scale]);
  figures.forEach((figure, index) => {
    [figure.style.width, figure.style.height] = sizes[index].map((size) => `${Math.floor(size)}px`);
  });
}

function fitSlides() {
  const deck = document.querySelector(".reveal");
  deck.classList.add("measuring");
  for (const slide of document.querySelectorAll(".slides > section > section")) {
    fitFigures(slide);
    if (slide.scrollHeight > SLIDE.height) {
      slide.classList.add("dense");
      slide.querySelectorAll("img").forEach((figure) => Object.assign(figure.style, { width: "", height: "auto" }));
      fitFigures(slide);
    }
  }
  deck.classList.remove("measuring");
}

async function start() {
  await MathJax.startup.promise;
  await Promise.all([...document.fonts].map((face) => face.load()));
  await Promise.all([...document.images].map((figure) => figure.decode().catch(() => {})));
  fitSlides();
  await Reveal.initialize({
    ...SLIDE,
    margin: 0,
    center: false,
    controls: true,
    progress: true,
    slideNumber: "c/t",
    hash: true,
    transition: "none",
    navigationMode: "linear",  // the next key goes through every slide, none is passed over
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    plugins: [RevealNotes],
  });
}

start();
