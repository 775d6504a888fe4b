// The versions: which there are, who serves them, what made them, and the way to another.

import { change, get } from './api.js';

const LISTED = 50;
const SHOWN = 8;
const PERIOD_MS = 5_000;
const BETWEEN_MS = 700;
const element = (id) => document.getElementById(id);
const STATES = { PUBLISHED: 'published', CANDIDATE: 'candidate', LIVE: 'live', RETIRED: 'retired', REJECTED: 'rejected' };

export class Versions {
  #told;
  #failed;
  #refused;
  #loading = false;
  #again = false;
  #rows = new Map();
  #most = SHOWN;

  /**
   * @param told gets the answer of GET /models each time it was asked
   * @param failed gets what went wrong with it, in words
   * @param refused gets in words why something that was asked for is not done; empty when the next is asked for
   */
  constructor(told, failed, refused) {
    this.#told = told;
    this.#failed = failed;
    this.#refused = refused;
    element('rollback').addEventListener('click', () => this.#rollback());
    element('more').addEventListener('click', () => {
      this.#most = LISTED;
      this.load();
    });
    setInterval(() => document.hidden || this.load(), PERIOD_MS);
  }

  /** One request at a time, with a pause behind it; what comes meanwhile is seen with the next one. */
  async load() {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    try {
      do {
        this.#again = false;
        const models = await get(`models?limit=${LISTED}`);
        this.#show(models);
        this.#told(models);
        await new Promise((resolve) => { setTimeout(resolve, BETWEEN_MS); });
      } while (this.#again);
    } catch (problem) {
      this.#failed(words(problem));
    } finally {
      this.#loading = false;
    }
  }

  #show(models) {
    element('model').textContent = models.model;
    document.title = `Inkstream: ${models.model}`;
    element('live').textContent = models.live === null
      ? 'No version is live yet'
      : `Version ${models.live.version} is live${models.live.pinned ? ', pinned' : ''}`;
    element('candidate').textContent = models.candidate === null
      ? ''
      : `Version ${models.candidate.version} is the candidate: it goes live when all scorers have loaded and checked it.`;
    element('rollback').disabled = models.live === null;
    const live = models.versions.find((version) => version.state === 'LIVE');
    const shown = models.versions.slice(0, this.#most);
    if (live !== undefined && !shown.includes(live)) {
      shown.push(live);
    }
    const rows = new Map(shown.map((version) => [version.version, this.#row(version, models.scorers)]));
    [...this.#rows].filter(([number]) => !rows.has(number)).forEach(([, row]) => row.remove());
    this.#rows = rows;
    // Only what is not in its place is moved: a row that is moved loses the focus.
    const body = element('version-rows');
    [...rows.values()].forEach((row, i) => body.children[i] === row || body.insertBefore(row, body.children[i] ?? null));
    element('more').textContent = `Show ${Math.min(models.versions.length, LISTED)}`;
    element('more').hidden = this.#most === LISTED || models.versions.length <= this.#most;
    element('version-count').textContent = models.existing > shown.length
      ? `${shown.length} of ${models.existing} versions.`
      : '';
  }

  #row(version, scorers) {
    const row = this.#rows.get(version.version) ?? this.#newRow(version.version);
    row.dataset.state = STATES[version.state] ?? 'unknown';
    const state = row.cells[1].firstChild;
    state.textContent = (STATES[version.state] ?? 'unknown') + (version.pinned ? ', pinned' : '');
    state.title = version.reason;
    row.cells[2].textContent = share(version.prequential_accuracy);
    row.cells[3].textContent = share(version.holdout_accuracy);
    row.cells[4].textContent = version.samples_trained.toLocaleString('en');
    row.cells[5].textContent = version.parent === 0 ? '–' : version.parent;
    row.cells[6].textContent = served(version, scorers);
    row.cells[7].textContent = age(version.created);
    row.cells[7].title = new Date(version.created).toLocaleString();
    row.cells[8].firstChild.hidden = version.state === 'LIVE' || version.state === 'CANDIDATE';
    return row;
  }

  #newRow(number) {
    const row = document.createElement('tr');
    row.dataset.version = number;
    const head = document.createElement('th');
    head.scope = 'row';
    const more = button(number, `Version ${number}, what made it`, () => this.#details(number));
    more.className = 'link';
    head.append(more);
    row.append(head, ...Array.from({ length: 8 }, () => document.createElement('td')));
    const badge = document.createElement('span');
    badge.className = 'badge';
    row.cells[1].append(badge);
    [2, 3, 4, 5].forEach((cell) => { row.cells[cell].className = 'number'; });
    row.cells[8].append(button('Promote …', `Promote version ${number}`, () => this.#promote(number)));
    return row;
  }

  #promote(number) {
    return this.#move(`Promote version ${number}?`,
      'It goes live when every scorer has loaded and checked it. What training publishes next may replace it, unless it is pinned.',
      'Promote', `models/${number}/promote`);
  }

  #rollback() {
    return this.#move('Roll back?',
      'What was live before goes live again, when every scorer has loaded and checked it. What training publishes next may replace it, unless it is pinned.',
      'Roll back', 'models/rollback');
  }

  async #move(title, words, verb, path) {
    const why = await confirmed(title, words, verb);
    if (why === null) {
      return;
    }
    this.#refused('');
    try {
      await change(path, { by: 'page', why });
      await this.load();
    } catch (problem) {
      this.#refused(words(problem));
    }
  }

  async #details(number) {
    try {
      const version = await get(`models/${number}`);
      element('details-title').textContent = `Version ${number}`;
      element('details-list').replaceChildren(...facts(version).flatMap(([name, value]) => {
        const term = document.createElement('dt');
        term.textContent = name;
        const description = document.createElement('dd');
        description.textContent = value;
        return [term, description];
      }));
      element('details').showModal();
    } catch (problem) {
      this.#refused(words(problem));
    }
  }
}

function facts(version) {
  const { lineage = {}, onnx, reason } = version.metadata;
  const recipe = lineage.recipe ?? {};
  const offsets = (lineage.offsets ?? []).map((range) => `${range.topic}-${range.partition}: ${range.from} to ${range.to}`);
  const serving = version.scorers.filter((scorer) => Number(scorer.serves) === version.version);
  return [
    ['State', (STATES[version.state] ?? version.state) + (reason ? `: ${reason}` : '')],
    ['Made from', version.parent === 0 ? 'nothing: it is the first' : `version ${version.parent}`],
    ['Records', offsets.length === 0 ? 'none' : offsets.join('\n')],
    ['Learned', `${lineage.samples_trained ?? 0} images since, ${version.samples_trained} in all`],
    ['Checkpoint', `${lineage.checkpoint_id ?? 0} of job ${lineage.job_id ?? 'unknown'}`],
    ['Network', `${recipe.network ?? 'unknown'}, batches of ${recipe.batch_size ?? '?'}, learning rate ${recipe.learning_rate ?? '?'}`],
    ['Served by', serving.length === 0 ? 'nobody' : serving.map((scorer) => `${scorer.process}, scorer ${scorer.subtask ?? 0}`).join('\n')],
    ['SHA-256 of model.onnx', onnx?.sha256 ?? 'unknown'],
  ];
}

function confirmed(title, words, verb) {
  const dialog = element('confirm');
  element('confirm-title').textContent = title;
  element('confirm-text').textContent = words;
  element('confirm-yes').textContent = verb;
  element('confirm-why').value = '';
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close',
      () => resolve(dialog.returnValue === 'yes' ? element('confirm-why').value : null), { once: true });
  });
}

function button(words, label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

function words(problem) {
  return problem.words ?? problem.message;
}

function share(value) {
  return value === null ? '–' : `${(100 * value).toFixed(2)} %`;
}

function served(version, scorers) {
  if (version.serving > 0) {
    return `${version.serving} of ${scorers}`;
  }
  return version.loaded > 0 ? `loaded by ${version.loaded}` : '–';
}

function age(created) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(created)) / 1000));
  const [size, unit] = [[86_400, 'd'], [3_600, 'h'], [60, 'min']].find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}
