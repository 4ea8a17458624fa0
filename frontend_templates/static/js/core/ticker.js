// @ts-check
/**
 * Call `beat` every `milliseconds`, hidden page or not.
 * @param {number} milliseconds @param {() => void} beat
 * @returns {() => void} stops it
 */
export function every(milliseconds, beat) {
  try {
    const worker = new Worker(new URL("./ticker_worker.js", import.meta.url));
    worker.addEventListener("message", beat);
    worker.postMessage(milliseconds);
    return () => worker.terminate();
  } catch {
    const timer = setInterval(beat, milliseconds);
    return () => clearInterval(timer);
  }
}
