// What is read in the drawing: asked for while it is drawn, one request at a time, and corrected with a click.

import { change, get, post } from './api.js';
import { gray } from './picture.js';

const BETWEEN_MS = 60;
const ASK_AGAIN_MS = 400;
const AGAIN_AT_MOST = 10;

const element = (id) => document.getElementById(id);

export class Reading {
  #pad;
  #drawn;
  #busy = false;
  #wanted = null;
  #answer = null;
  #buttons = [];

  /** @param drawn gets what was read, with a picture of it, and whether the stroke was under way */
  constructor(pad, drawn) {
    this.#pad = pad;
    this.#drawn = drawn;
    this.#makeButtons();
    this.clear();
  }

  /** Something was drawn; what was not sent yet is left out for it. */
  changed(underWay) {
    element('pad-hint').hidden = !this.#pad.isEmpty;
    if (this.#pad.isEmpty) {
      this.clear();
      return;
    }
    if (!underWay || this.#pad.isMoreThanADot) {
      this.#want({ underWay });
    }
  }

  file(file) {
    this.#want({ underWay: false, file });
  }

  clear() {
    this.#wanted = null;
    this.#answer = null;
    element('digit').value = '–';
    element('reading').textContent = 'Nothing read yet';
    element('reading-by').textContent = '';
    element('corrected').textContent = '';
    this.#show(null);
  }

  #want(request) {
    this.#wanted = request;
    this.#next();
  }

  async #next() {
    if (this.#busy || this.#wanted === null) {
      return;
    }
    this.#busy = true;
    const request = this.#wanted;
    this.#wanted = null;
    try {
      await this.#classify(request);
    } catch (problem) {
      this.#failed(problem, request);
    }
    await pause(BETWEEN_MS);
    this.#busy = false;
    this.#next();
  }

  async #classify(request) {
    const pixels = request.file ? null : this.#pad.pixels();
    const sent = performance.now();
    let answer = request.file
      ? await post('digits/classify', request.file, request.file.type)
      : await post(`digits/classify?width=${pixels.side}&height=${pixels.side}`, pixels.bytes, 'application/octet-stream');
    for (let i = 0; answer.status === 'waiting' && i < AGAIN_AT_MOST && this.#wanted === null; i++) {
      element('reading').textContent = 'Waiting for the scoring job …';
      await pause(ASK_AGAIN_MS);
      answer = await get(`digits/classify/${answer.id}`);
    }
    if (answer.status === 'waiting') {
      throw new Error('No answer from the scoring job yet; draw on to try again.');
    }
    if (!request.file && this.#pad.isEmpty) {
      return;
    }
    this.#answered(answer, Math.round(performance.now() - sent), request.underWay);
    this.#drawn(answer, pixels && gray(pixels.bytes, pixels.side, pixels.side), request.underWay);
  }

  #answered(answer, milliseconds, underWay) {
    this.#answer = answer;
    element('corrected').textContent = '';
    element('digit').value = answer.digit;
    element('digit').dataset.version = answer.model_version;
    element('reading-by').textContent = `version ${answer.model_version}, ${milliseconds} ms`;
    // Read aloud when a stroke has ended, and not before.
    const words = `${percent(answer.probabilities[answer.digit])} sure`;
    element('reading').setAttribute('aria-live', underWay ? 'off' : 'polite');
    element('reading').textContent = underWay ? words : `${answer.digit}, ${words}`;
    this.#show(answer);
  }

  #failed(problem, request) {
    this.#answer = null;
    element('digit').value = '–';
    element('reading').textContent = problem.words ?? problem.message;
    element('reading-by').textContent = '';
    this.#show(null);
    // By itself only where the gateway says that it may be better soon, or says nothing at all.
    if (!request.file && (problem.retryAfter > 0 || problem.status === 0)) {
      setTimeout(() => this.#again(), 1_000 * (problem.retryAfter || 2));
    }
  }

  #again() {
    if (this.#answer === null && !this.#busy && !this.#pad.isEmpty) {
      this.#want({ underWay: false });
    }
  }

  #makeButtons() {
    for (let digit = 0; digit < 10; digit++) {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.digit = digit;
      button.append(span('key', digit), span('bar', ''), span('value', ''));
      button.addEventListener('click', () => this.#correct(digit));
      item.append(button);
      element('digits').append(item);
      this.#buttons.push(button);
    }
  }

  #show(answer) {
    this.#buttons.forEach((button, digit) => {
      const share = answer === null ? 0 : answer.probabilities[digit];
      button.disabled = answer === null;
      button.style.setProperty('--share', share.toFixed(3));
      button.querySelector('.value').textContent = answer === null ? '' : percent(share);
      button.classList.toggle('most', answer !== null && digit === answer.digit);
      button.classList.remove('truth');
      button.setAttribute('aria-label', `It is a ${digit}${answer === null ? '' : ` (${percent(share)})`}`);
    });
  }

  async #correct(digit) {
    const answer = this.#answer;
    if (answer === null) {
      return;
    }
    element('corrected').textContent = 'Sending …';
    element('corrected').textContent = await correct(answer.id, digit);
    this.#buttons.forEach((button, each) => button.classList.toggle('truth', each === digit));
  }
}

/** Tells the gateway what an image really shows; returns what to say of it. */
export async function correct(id, digit) {
  try {
    await change('digits/labels', { id, digit, reason: 'correction' });
    return `Noted: it is a ${digit}. The label is in Kafka.`;
  } catch (problem) {
    return `Not noted. ${problem.words}`;
  }
}

export function percent(share) {
  return `${share >= 0.9995 ? 100 : (100 * share).toFixed(share < 0.1 || share > 0.99 ? 1 : 0)} %`;
}

function span(name, text) {
  const made = document.createElement('span');
  made.className = name;
  made.textContent = text;
  return made;
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
