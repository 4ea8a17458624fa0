// @ts-check
/** Soft sounds made in the page: nothing to load, nothing loud. */

/** @type {AudioContext | null} */
let sound = null;

/**
 * One soft note.
 * @param {number} pitch hertz @param {number} [after] seconds from now
 */
export function note(pitch, after = 0) {
  try {
    sound ??= new AudioContext();
    const at = sound.currentTime + after;
    const tone = sound.createOscillator();
    const loudness = sound.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, at);
    loudness.gain.exponentialRampToValueAtTime(0.1, at + 0.05);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
    tone.connect(loudness).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 1);
  } catch {
    // A page without sound still says the same in words.
  }
}

/** The last minute has begun. */
export function lastMinute() {
  note(523.25);
  note(392, 0.35);
}

/** A rising pair, for the speaker test. */
export function speakerTest() {
  note(440);
  note(659.25, 0.4);
}
