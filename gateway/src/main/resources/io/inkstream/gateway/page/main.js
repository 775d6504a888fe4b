// Brings the parts of the page together.

import { listen } from './events.js';
import { Learning } from './learning.js';
import { Notices } from './notices.js';
import { Pad } from './pad.js';
import { Reading } from './reading.js';
import { Versions } from './versions.js';
import { Wall } from './wall.js';

const notices = new Notices();
const learning = new Learning();
const wall = new Wall();

const versions = new Versions((models) => {
  notices.set('models', '');
  notices.set('scorers', models.scorers === 0 ? 'no scorer is registered' : '');
  notices.set('trainer', models.trainer === null ? 'no job has the model' : '');
  learning.versions(models.versions);
}, (words) => notices.set('models', words), (words) => notices.set('action', words));

const pad = new Pad(document.getElementById('pad'), (underWay) => reading.changed(underWay));
const reading = new Reading(pad, (answer, image, underWay) => {
  if (underWay) {
    wall.leaveOut(answer.id);
  } else {
    wall.show(answer, image);
  }
});

document.getElementById('clear').addEventListener('click', () => {
  pad.clear();
  reading.changed(false);
});
document.getElementById('picture').addEventListener('change', (event) => {
  const [file] = event.target.files;
  if (file !== undefined) {
    pad.clear();
    reading.changed(false);
    reading.file(file);
    event.target.value = '';
  }
});

listen({
  rollout: () => versions.load(),
  version: () => versions.load(),
  training: (training) => learning.training(training),
  image: (event) => wall.event(event),
  pulse: (pulse) => {
    learning.pulse(pulse);
    notices.checks(pulse.checks);
  },
}, (state) => {
  notices.set('gateway', state === 'open' ? '' : 'the connection is lost');
  if (state === 'open') {
    versions.load();
    learning.loadTrainings().catch((problem) => notices.set('models', problem.words ?? problem.message));
  }
});
