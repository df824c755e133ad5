// The sheet of drawing_pad: draws in the browser, and sends the pixels to Python while the pen moves and when it lifts.

const PEN = 11; // width of a stroke, in pixels of the drawing
const STEP = 4; // pixels that an arrow key moves the pen
const PAUSE = 50; // milliseconds between two messages while the pen is down; ipywidgets holds them back from a busy kernel
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function render({ model, el }) {
  const side = model.get("side");
  const root = document.createElement("div");
  root.className = "course-pad";
  root.innerHTML = `<canvas width="${side}" height="${side}" tabindex="0" role="application"
    aria-label="A sheet to draw on. Arrow keys move the pen, the space bar lowers and lifts it, Delete clears."></canvas>
    <button type="button">Clear</button><span role="status"></span>`;
  el.appendChild(root);
  const [canvas, button, status] = root.children;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true }); // without the cursor
  ink.canvas.width = ink.canvas.height = side;
  Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });

  let at = [side / 2, side / 2]; // where the pen is
  let down = false; // lowered by the space bar
  let keys = false; // whether the keyboard moves it, so that a cursor is drawn
  let example = true; // the drawing that was there at first: one's own first stroke takes its place
  let waiting = null; // the message that is still to be sent

  function show() {
    pen.drawImage(ink.canvas, 0, 0);
    if (!keys) return;
    pen.beginPath();
    pen.arc(...at, PEN / 2 + 1, 0, 2 * Math.PI);
    Object.assign(pen, { lineWidth: 2, strokeStyle: "#d55e00" }).stroke();
  }

  function send() {
    clearTimeout(waiting);
    waiting = null;
    const shades = ink.getImageData(0, 0, side, side).data.filter((_, place) => place % 4 === 0); // red, of four
    model.set("pixels", new DataView(new Uint8Array(shades).buffer));
    model.save_changes();
  }

  function drawTo(place) {
    if (example) wipe();
    ink.beginPath();
    ink.moveTo(...at);
    ink.lineTo(...place);
    ink.stroke();
    at = place;
    show();
    waiting ??= setTimeout(send, PAUSE);
  }

  function wipe() {
    example = false;
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, side, side);
    show();
    send();
  }

  function load() {
    const shades = new Uint8Array(model.get("pixels").buffer.slice(model.get("pixels").byteOffset));
    const image = new ImageData(side, side);
    image.data.forEach((_, place) => { image.data[place] = place % 4 === 3 ? 255 : shades[place >> 2]; });
    ink.putImageData(image, 0, 0);
    show();
  }

  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * side) / box.width, ((event.clientY - box.top) * side) / box.height];
  };
  const isDrawing = (event) => canvas.hasPointerCapture(event.pointerId);

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    [keys, down, at] = [false, false, placeOf(event)];
    drawTo(at);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (isDrawing(event)) event.getCoalescedEvents().concat(event).forEach((one) => drawTo(placeOf(one)));
  });
  canvas.addEventListener("pointerup", send);
  canvas.addEventListener("pointercancel", send);
  canvas.addEventListener("keydown", (event) => {
    const clears = event.key === "Delete" || event.key === "Backspace";
    if (!(event.key in MOVES || event.key === " " || clears)) return;
    event.preventDefault();
    event.stopPropagation(); // the shortcuts of JupyterLab do not get it
    keys = true;
    if (clears) return wipe();
    if (event.key === " ") {
      down = !down;
      status.textContent = down ? "pen down" : "pen up";
      return down ? drawTo(at) : show();
    }
    const [right, below] = MOVES[event.key];
    const within = (value) => Math.min(side, Math.max(0, value));
    const place = [within(at[0] + STEP * right), within(at[1] + STEP * below)];
    if (down) return drawTo(place);
    at = place;
    show();
  });
  button.addEventListener("click", wipe);
  load();
}

export default { render };
