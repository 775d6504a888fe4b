// Line charts in SVG, drawn in the pixels that they have, so that words are as large as all others.

const HEIGHT = 150;
const LEFT = 46;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 8;
const NAMESPACE = 'http://www.w3.org/2000/svg';

export class Chart {
  #svg;
  #values;
  #options;
  #points = [];
  #width = 300;

  /**
   * @param options title; series: names of the lines; format(number): a value in words; low and high: what the vertical axis
   *   reaches at least; floor: what it never goes below; tick(number): the same for the axis; xs(first, last): words for the
   *   ends of the horizontal axis
   */
  constructor(figure, options) {
    this.#options = options;
    const caption = document.createElement('figcaption');
    const title = document.createElement('h3');
    title.textContent = options.title;
    this.#values = document.createElement('p');
    this.#values.className = 'legend';
    caption.append(title, this.#values);
    this.#svg = make('svg', { role: 'img' });
    figure.append(caption, this.#svg);
    new ResizeObserver(() => {
      this.#width = this.#svg.clientWidth || this.#width;
      this.show(this.#points);
    }).observe(figure);
  }

  /** @param points { x, ys }, by x; an y that is null leaves a gap */
  show(points) {
    this.#points = points;
    const width = this.#width;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    const { title, series, format, xs } = this.#options;
    const newest = series.map((_, i) => points.findLast((point) => isNumber(point.ys[i]))?.ys[i]);
    this.#values.replaceChildren(...series.map((name, i) => legend(name, i, isNumber(newest[i]) ? format(newest[i]) : '–')));
    this.#svg.setAttribute('aria-label',
      `${title}: ${series.map((name, i) => `${name} ${isNumber(newest[i]) ? format(newest[i]) : 'not known'}`).join(', ')}`);
    if (points.length < 2) {
      this.#svg.replaceChildren(text(width / 2, HEIGHT / 2, 'middle', 'Nothing to show yet'));
      return;
    }
    const axis = this.#axis(points);
    const first = points[0].x;
    const last = points.at(-1).x;
    const x = (value) => LEFT + ((value - first) / (last - first || 1)) * (width - LEFT - RIGHT);
    const y = (value) => TOP + (1 - (value - axis.low) / (axis.high - axis.low)) * (HEIGHT - TOP - BOTTOM);
    const [from, to] = xs(first, last);
    this.#svg.replaceChildren(
      ...axis.ticks.flatMap((tick) => [
        make('line', { x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick), class: 'grid' }),
        text(LEFT - 6, y(tick) + 4, 'end', (this.#options.tick ?? format)(tick)),
      ]),
      text(LEFT, HEIGHT - 5, 'start', from),
      text(width - RIGHT, HEIGHT - 5, 'end', to),
      ...series.map((_, i) => make('path', { d: path(points, i, x, y), class: `line line-${i}` })),
    );
  }

  #axis(points) {
    const values = points.flatMap((point) => point.ys).filter(isNumber);
    const low = Math.min(this.#options.low, ...values);
    const high = Math.max(this.#options.high, ...values);
    const step = niceStep((high - low) / 3);
    const ticks = [];
    const start = Math.floor(low / step + 1e-9);
    for (let i = start; ticks.length === 0 || ticks.at(-1) < high - step * 1e-6; i++) {
      ticks.push(i * step);
    }
    return { low: ticks[0], high: ticks.at(-1), ticks };
  }
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
}

function path(points, i, x, y) {
  let pen = 'M';
  return points.map((point) => {
    if (!isNumber(point.ys[i])) {
      pen = 'M';
      return '';
    }
    const command = `${pen}${x(point.x).toFixed(1)} ${y(point.ys[i]).toFixed(1)}`;
    pen = 'L';
    return command;
  }).join('');
}

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

function legend(name, i, value) {
  const item = document.createElement('span');
  item.className = `legend-${i}`;
  const strong = document.createElement('strong');
  strong.textContent = value;
  item.append(`${name} `, strong);
  return item;
}

function text(x, y, anchor, words) {
  const made = make('text', { x, y, 'text-anchor': anchor });
  made.textContent = words;
  return made;
}

function make(name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}
