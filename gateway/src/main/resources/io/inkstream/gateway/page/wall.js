// Recent images with what was read in them; a click on one corrects it.

import { picture } from './picture.js';
import { correct, percent } from './reading.js';

const TILES = 38;
const LEFT_OUT = 500;
const UNSURE = 0.6;
const element = (id) => document.getElementById(id);

export class Wall {
  #tiles = new Map();
  #leftOut = new Set();
  #chosen = null;

  constructor() {
    for (let digit = 0; digit < 10; digit++) {
      const key = document.createElement('button');
      key.value = String(digit);
      key.textContent = digit;
      element('ask-digit-keys').append(key);
    }
    element('ask-digit').addEventListener('close', () => this.#closed());
  }

  /** From the gateway's events. */
  event(event) {
    this.show(event, picture(event.image));
  }

  /** @param reading id, digit, probabilities; may be known already */
  show(reading, image) {
    if (this.#tiles.has(reading.id) || this.#leftOut.has(reading.id) || image === null) {
      return;
    }
    const sure = reading.probabilities[reading.digit];
    const item = document.createElement('li');
    const tile = document.createElement('button');
    tile.type = 'button';
    tile.className = sure < UNSURE ? 'tile unsure' : 'tile';
    tile.setAttribute('aria-label', `Read as ${reading.digit}, ${percent(sure)}, by version ${reading.model_version}`);
    tile.title = `${reading.source ?? 'drawn here'}: ${percent(sure)}, version ${reading.model_version}`;
    const words = document.createElement('span');
    words.textContent = reading.digit;
    tile.append(image, words);
    tile.addEventListener('click', () => this.#choose(reading, tile));
    item.append(tile);
    element('tiles').prepend(item);
    this.#tiles.set(reading.id, item);
    if (this.#tiles.size > TILES) {
      this.#removeOldest();
    }
  }

  /** What was half drawn here is nothing to look at, whether the gateway tells of it before or after its answer. */
  leaveOut(id) {
    this.#tiles.get(id)?.remove();
    this.#tiles.delete(id);
    this.#leftOut.add(id);
    if (this.#leftOut.size > LEFT_OUT) {
      this.#leftOut.delete(this.#leftOut.values().next().value);
    }
  }

  #removeOldest() {
    const [id, item] = this.#tiles.entries().next().value;
    this.#tiles.delete(id);
    item.remove();
  }

  #choose(reading, tile) {
    this.#chosen = { reading, tile };
    const copy = tile.cloneNode(true);
    const image = tile.firstChild;
    if (image instanceof HTMLCanvasElement) {
      copy.firstChild.getContext('2d').drawImage(image, 0, 0);
    }
    const figure = document.createElement('div');
    figure.className = copy.className;
    figure.append(...copy.childNodes);
    element('ask-digit-tile').replaceChildren(figure);
    const dialog = element('ask-digit');
    dialog.returnValue = '';
    dialog.showModal();
  }

  async #closed() {
    const digit = element('ask-digit').returnValue;
    const { reading, tile } = this.#chosen;
    if (digit === '') {
      return;
    }
    const words = await correct(reading.id, Number(digit));
    element('wall-help').textContent = words;
    if (words.startsWith('Noted')) {
      tile.classList.add('corrected');
      tile.lastChild.textContent = `${reading.digit} → ${digit}`;
    }
  }
}
