/** The browser's camera and microphone; the test decides what is there and what is allowed. */
export class TestDevices {
  asked = [];
  faults = {};
  settles = true;

  constructor(present = ['audio', 'video']) {
    this.present = present;
  }

  async getUserMedia(constraints) {
    const kinds = ['audio', 'video'].filter((kind) => constraints[kind]);
    this.asked.push(constraints);
    if (!this.settles) await new Promise(() => {});
    const fault = this.faults[kinds.join('+')] ?? this.faults.all;
    if (fault) throw named(fault);
    if (kinds.some((kind) => !this.present.includes(kind))) throw named('NotFoundError');
    const tracks = kinds.map((kind) => new TestTrack(kind));
    return { getTracks: () => tracks };
  }

  async enumerateDevices() {
    return [
      { kind: 'videoinput', deviceId: 'cam-1', label: 'Front' },
      { kind: 'audioinput', deviceId: '', label: '' },
    ];
  }
}

export class TestTrack extends EventTarget {
  enabled = true;
  readyState = 'live';

  constructor(kind) {
    super();
    this.kind = kind;
  }

  stop() {
    this.readyState = 'ended';
  }

  /** The browser takes the device away. */
  end() {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

/** Permissions as the person has set them; `prompt` is not answered yet. */
export function permissionsOf(states) {
  return { query: async ({ name }) => ({ state: states[name] ?? 'prompt' }) };
}

function named(name) {
  const error = new Error(name);
  error.name = name;
  return error;
}
