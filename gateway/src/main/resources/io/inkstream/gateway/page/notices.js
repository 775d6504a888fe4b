// What is wrong, in words, for as long as it is; and the word at the top that says whether all is well.

const element = (id) => document.getElementById(id);
const WHAT = {
  kafka: 'Kafka is away. Nothing is read or learned until it is back, and nothing is lost.',
  predictions: 'Predictions are not read yet.',
  registry: 'ZooKeeper is away. Versions stay as they are until it is back.',
  model: 'No version is live yet.',
  scoring: 'The scoring job does not answer.',
  gateway: 'No connection to the gateway. This page connects again by itself.',
  scorers: 'No scorer runs, so that nothing is read. Start the scoring job.',
  trainer: 'No training job runs: what is live stays as it is.',
};
const GRAVE = new Set(['kafka', 'registry', 'scoring', 'gateway', 'scorers']);
// Of these there is no more to say.
const PLAIN = new Set(['gateway', 'scorers', 'trainer']);

export class Notices {
  // Until the first event has come, nothing is known.
  #problems = new Map([['gateway', 'not connected yet']]);

  /** @param problem empty where there is none (any more) */
  set(what, problem) {
    if (problem === (this.#problems.get(what) ?? '')) {
      return;
    }
    if (problem === '') {
      this.#problems.delete(what);
    } else {
      this.#problems.set(what, problem);
    }
    this.#show();
  }

  checks(checks) {
    Object.entries(checks).forEach(([what, state]) => this.set(what, state === 'ok' ? '' : state));
  }

  #show() {
    // Without the gateway nothing is known of the others.
    const all = this.#problems.has('gateway') ? [['gateway', '']] : [...this.#problems];
    element('notices').replaceChildren(...all.map(([what, problem]) => notice(what, problem)));
    const grave = all.some(([what]) => GRAVE.has(what));
    const some = all.some(([what]) => what !== 'action');
    const pill = element('connection');
    pill.dataset.state = grave ? 'bad' : some ? 'wait' : 'good';
    pill.textContent = this.#problems.has('gateway') ? 'Connecting …' : grave ? 'Trouble' : some ? 'Not complete' : 'All is well';
  }
}

function notice(what, problem) {
  const made = document.createElement('p');
  made.className = GRAVE.has(what) ? 'notice grave' : 'notice';
  made.textContent = WHAT[what] ?? problem;
  if (what in WHAT && !PLAIN.has(what)) {
    const detail = document.createElement('span');
    detail.className = 'small';
    detail.textContent = ` (${problem})`;
    made.append(detail);
  }
  return made;
}
