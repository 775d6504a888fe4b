// The charts, and the data sets that are being trained on.

import { Chart } from './chart.js';
import { get } from './api.js';

const SECONDS = 180;
const TRAININGS = 4;
const RATE = {
  format: (value) => (value >= 1000 ? `${(value / 1000).toFixed(1)} k` : `${Math.round(10 * value) / 10}`),
  low: 0,
  high: 3,
  xs: ago,
};
const element = (id) => document.getElementById(id);

export class Learning {
  #accuracy = new Chart(element('chart-accuracy'), {
    title: 'Accuracy by version',
    series: ['prequential', 'held out'],
    format: (share) => `${(100 * share).toFixed(1)} %`,
    tick: (share) => `${Number((100 * share).toFixed(1))} %`,
    low: 0.99,
    high: 1,
    xs: (first, last) => [`version ${first}`, `version ${last}`],
  });

  #learned = new Chart(element('chart-learned'), { ...RATE, title: 'Images learned a second', series: ['learned'] });
  #read = new Chart(element('chart-read'), { ...RATE, title: 'Images read a second', series: ['read'] });

  #latency = new Chart(element('chart-latency'), {
    title: 'From Kafka to the prediction',
    series: ['median', '99 %'],
    format: (value) => (value >= 1_000 ? `${+(value / 1000).toPrecision(2)} s` : `${Math.round(value)} ms`),
    low: 0,
    high: 20,
    xs: ago,
  });

  #pulses = [];
  #trainings = new Map();

  pulse(pulse) {
    const now = Date.now() / 1000;
    this.#pulses.push({ x: now, rate: pulse.images / pulse.seconds, latency: pulse.latency_ms });
    while (this.#pulses[0].x < now - SECONDS) {
      this.#pulses.shift();
    }
    if (!document.hidden) {
      this.#read.show(this.#pulses.map(({ x, rate }) => ({ x, ys: [rate] })));
      this.#latency.show(this.#pulses.map(({ x, latency }) => ({ x, ys: [latency?.p50, latency?.p99] })));
    }
  }

  /** @param versions the newest first */
  versions(versions) {
    const oldestFirst = versions.toReversed();
    this.#accuracy.show(oldestFirst.map((version) => ({
      x: version.version,
      ys: [version.prequential_accuracy, version.holdout_accuracy],
    })));
    this.#learned.show(oldestFirst.slice(1).map((version, i) => learned(oldestFirst[i], version)));
  }

  async loadTrainings() {
    const { trainings } = await get(`digits/train?limit=${TRAININGS}`);
    this.#trainings = new Map(trainings.map((training) => [training.id, training]));
    this.#showTrainings();
  }

  training(training) {
    this.#trainings.set(training.id, training);
    this.#showTrainings();
  }

  #showTrainings() {
    const newest = [...this.#trainings.values()]
      .sort((a, b) => b.accepted.localeCompare(a.accepted))
      .slice(0, TRAININGS);
    element('trainings').hidden = newest.length === 0;
    element('training-list').replaceChildren(...newest.map((training) => {
      const item = document.createElement('li');
      const label = document.createElement('span');
      label.textContent = `${training.source}: ${training.status}`;
      label.title = training.note ?? '';
      item.append(label);
      if (training.state === 'producing' && training.images > 0) {
        const bar = document.createElement('progress');
        bar.max = training.images;
        bar.value = training.produced;
        bar.setAttribute('aria-label', `Images of ${training.source} sent`);
        item.append(bar);
      }
      return item;
    }));
  }
}

/** Images a second between two versions. */
function learned(before, version) {
  const created = Date.parse(version.created) / 1000;
  const seconds = created - Date.parse(before.created) / 1000;
  const images = version.samples_trained - before.samples_trained;
  return { x: created, ys: [seconds > 0 && images >= 0 ? images / seconds : null] };
}

function ago(first, last) {
  const seconds = Math.round(last - first);
  return [seconds < 180 ? `over ${seconds} s` : `over ${Math.round(seconds / 60)} min`, ''];
}
