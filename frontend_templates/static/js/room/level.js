// @ts-check
/** How loud a track is, drawn into a level bar. */

/**
 * @param {MediaStreamTrack} track @param {HTMLElement} bar an element with role="meter" whose `--v` is 0 to 100
 * @param {(level: number) => void} [tell] is told each level too
 * @returns {() => void} stops it
 */
export function listen(track, bar, tell = () => {}) {
  /** @type {AudioContext} */
  let sound;
  try {
    sound = new AudioContext();
  } catch {
    return () => {};
  }
  const ear = sound.createAnalyser();
  ear.fftSize = 512;
  const samples = new Float32Array(ear.fftSize);
  sound.createMediaStreamSource(new MediaStream([track])).connect(ear);
  const timer = setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const level = Math.min(100, Math.round(Math.sqrt(power) * 320));
    bar.style.setProperty("--v", String(level));
    bar.setAttribute("aria-valuenow", String(level));
    tell(level);
  }, 100);
  return () => {
    clearInterval(timer);
    bar.style.setProperty("--v", "0");
    sound.close();
  };
}
