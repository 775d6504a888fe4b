// Server-sent events that come back by themselves, also after what browsers give up on: an error's status, or silence.

const SILENCE_MS = 5_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * @param listeners by the events' names
 * @param told is called with 'open' and 'lost' as they change
 */
export function listen(listeners, told) {
  let source = null;
  let pause = 500;
  let heard = 0;

  function open() {
    source = new EventSource('events');
    heard = Date.now();
    source.onopen = () => {
      pause = 500;
      heard = Date.now();
      told('open');
    };
    source.onerror = lost;
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => {
        heard = Date.now();
        listener(JSON.parse(event.data));
      });
    }
  }

  function lost() {
    if (source === null) {
      return;
    }
    source.close();
    source = null;
    told('lost');
    setTimeout(open, pause * (0.75 + Math.random() / 2));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }

  // There is a pulse each second: where it stays away, so does the gateway, even if the connection does not say so.
  setInterval(() => {
    if (source !== null && Date.now() - heard > SILENCE_MS) {
      lost();
    }
  }, 1_000);
  open();
}
