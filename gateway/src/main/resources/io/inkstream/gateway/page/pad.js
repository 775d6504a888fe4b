// The drawing area: strokes from mouse, finger, pen or keys, and the pixels that are sent of them.

const SENT = 64;
// In parts of the area's side.
const PEN = 0.085;
const STEP = 0.04;

export class Pad {
  #canvas;
  #context;
  #strokes = [];
  #stroke = null;
  #pen = { x: 0.5, y: 0.3, down: false, shown: false };
  #ink = '';
  #mark = '';

  /** @param changed is called with true while a stroke is being drawn, with false when it has ended */
  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.changed = changed;
    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#end(event));
    canvas.addEventListener('pointercancel', (event) => this.#end(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
    canvas.addEventListener('blur', () => this.#showPen(false));
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', () => this.#colours());
    this.#colours();
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  /** Whether there is more than a dot. */
  get isMoreThanADot() {
    const points = this.#strokes.flat();
    return ['x', 'y'].some((axis) => {
      const [least, most] = range(points.map((point) => point[axis]));
      return most - least > PEN;
    });
  }

  clear() {
    this.#strokes = [];
    this.#stroke = null;
    this.#pen.down = false;
    this.#paint();
  }

  /** The ink with some paper around it, SENT × SENT, 0 for paper and 255 for ink. */
  pixels() {
    const points = this.#strokes.flat();
    const [left, right] = range(points.map((point) => point.x));
    const [top, bottom] = range(points.map((point) => point.y));
    const side = Math.max(right - left, bottom - top, 0.25) + 4 * PEN;
    const scale = SENT / side;
    const canvas = document.createElement('canvas');
    canvas.width = SENT;
    canvas.height = SENT;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.fillStyle = '#000';
    context.fillRect(0, 0, SENT, SENT);
    context.setTransform(scale, 0, 0, scale, SENT / 2 - scale * (left + right) / 2, SENT / 2 - scale * (top + bottom) / 2);
    this.#draw(context, '#fff');
    const data = context.getImageData(0, 0, SENT, SENT).data;
    return { side: SENT, bytes: Uint8Array.from({ length: SENT * SENT }, (_, i) => data[4 * i]) };
  }

  #colours() {
    const style = getComputedStyle(this.#canvas);
    this.#ink = style.getPropertyValue('--ink');
    this.#mark = style.getPropertyValue('--accent');
    this.#paint();
  }

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  #begin(event) {
    if (event.button !== 0 || this.#stroke !== null) {
      return;
    }
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#showPen(false);
    this.#start(this.#at(event));
    this.#stroke.pointer = event.pointerId;
  }

  #start(point) {
    this.#stroke = [point];
    this.#strokes.push(this.#stroke);
    this.#paint();
    this.changed(true);
  }

  #move(event) {
    if (this.#stroke === null || this.#stroke.pointer !== event.pointerId) {
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) {
      this.#stroke.push(this.#at(one));
    }
    this.#paint();
    this.changed(true);
  }

  #end(event) {
    if (this.#stroke === null || this.#stroke.pointer !== event.pointerId) {
      return;
    }
    this.#stroke = null;
    this.changed(false);
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) {
      this.#movePen(...moves[event.key]);
    } else if (event.key === ' ') {
      this.#togglePen();
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.clear();
      this.changed(false);
    } else {
      return;
    }
    event.preventDefault();
  }

  #movePen(right, down) {
    this.#pen.x = Math.min(0.95, Math.max(0.05, this.#pen.x + STEP * right));
    this.#pen.y = Math.min(0.95, Math.max(0.05, this.#pen.y + STEP * down));
    this.#showPen(true);
    if (this.#pen.down && this.#stroke !== null) {
      this.#stroke.push({ x: this.#pen.x, y: this.#pen.y });
      this.#paint();
      this.changed(true);
    }
  }

  #togglePen() {
    this.#pen.down = !this.#pen.down;
    this.#showPen(true);
    if (this.#pen.down) {
      this.#start({ x: this.#pen.x, y: this.#pen.y });
    } else {
      this.#stroke = null;
      this.changed(false);
    }
  }

  #showPen(shown) {
    if (!shown && this.#pen.down) {
      this.#pen.down = false;
      this.#stroke = null;
      this.changed(false);
    }
    this.#pen.shown = shown;
    this.#paint();
  }

  #paint() {
    const size = this.#canvas.width;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, size, size);
    this.#context.setTransform(size, 0, 0, size, 0, 0);
    this.#draw(this.#context, this.#ink);
    if (this.#pen.shown) {
      this.#context.strokeStyle = this.#mark;
      this.#context.lineWidth = 0.012;
      this.#context.beginPath();
      this.#context.arc(this.#pen.x, this.#pen.y, PEN / (this.#pen.down ? 2.4 : 1.4), 0, 2 * Math.PI);
      this.#context.stroke();
    }
  }

  #draw(context, colour) {
    context.strokeStyle = colour;
    context.lineWidth = PEN;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.#strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x, stroke[0].y);
      // Of a line without length nothing is drawn; that of a dot is too short to be seen.
      context.lineTo(stroke[0].x + 1e-3, stroke[0].y);
      stroke.forEach((point) => context.lineTo(point.x, point.y));
      context.stroke();
    }
  }
}

function range(values) {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
