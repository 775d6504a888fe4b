// Calls of the gateway: every failure is an Error whose message a person can act on.

let token = '';

/** What the gateway answered with an error, or that it did not answer. */
export class Problem extends Error {
  constructor(status, message, remedy, retryAfter) {
    super(message);
    this.status = status;
    this.remedy = remedy;
    this.retryAfter = retryAfter;
  }

  get words() {
    return this.remedy ? `${sentence(this.message)} ${sentence(this.remedy)}` : sentence(this.message);
  }
}

function sentence(words) {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function get(path) {
  return call('GET', path);
}

export function post(path, body, type = 'application/json') {
  return call('POST', path, type === 'application/json' ? JSON.stringify(body) : body, type);
}

/** Asks for the token where one is wanted, until it is right or the person gives up. */
export async function change(path, body) {
  for (;;) {
    try {
      return await post(path, body);
    } catch (problem) {
      if (problem.status !== 401 || !(await askToken())) {
        throw problem;
      }
    }
  }
}

async function call(method, path, body, type) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) {
    headers['Content-Type'] = type;
  }
  if (token && method !== 'GET') {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(path, { method, headers, body, signal: AbortSignal.timeout(15_000) });
  } catch {
    throw new Problem(0, 'the gateway does not answer', 'It is tried again by itself; is the gateway running?');
  }
  const text = await response.text();
  let document = {};
  try {
    document = JSON.parse(text);
  } catch {
    // What stands between here and the gateway answers in words of its own.
  }
  if (!response.ok) {
    throw new Problem(response.status, document.error ?? `the answer was ${response.status}`, document.remedy,
      Number(response.headers.get('Retry-After')) || 0);
  }
  return document;
}

function askToken() {
  const dialog = document.getElementById('ask-token');
  const field = document.getElementById('token');
  field.value = '';
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      token = dialog.returnValue === 'yes' ? field.value.trim() : '';
      field.value = '';
      resolve(token !== '');
    }, { once: true });
  });
}
