// @ts-check
/** A drawn moon and a soft tone in place of a camera: for demonstrations on machines that have none. */

const KEY = "soulseer.studio.test_card";
const SIZE = { width: 640, height: 360 };
const FRAMES = 24;

/** Whether it was chosen in this tab: the page on air, and the same page loaded again, go on with it. */
export const testCardChosen = () => sessionStorage.getItem(KEY) === "yes";

/** Real devices again. */
export const forgetTestCard = () => sessionStorage.removeItem(KEY);

/** @returns {MediaStream} */
export function testCard() {
  sessionStorage.setItem(KEY, "yes");
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const stream = canvas.captureStream(FRAMES);
  const timer = setInterval(() => {
    if (stream.getVideoTracks()[0].readyState === "ended") clearInterval(timer);
    else draw(pen, performance.now() / 1000);
  }, 1000 / FRAMES);
  const sound = new AudioContext();
  const out = sound.createMediaStreamDestination();
  const loudness = new GainNode(sound, { gain: 0.02 });
  const tone = new OscillatorNode(sound, { frequency: 220 });
  tone.connect(loudness).connect(out);
  tone.start();
  stream.addTrack(out.stream.getAudioTracks()[0]);
  return stream;
}

/** @param {CanvasRenderingContext2D} pen @param {number} at seconds */
function draw(pen, at) {
  const { width, height } = SIZE;
  pen.fillStyle = "#140a16";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#ebcb84";
  pen.beginPath();
  pen.arc(width / 2 + Math.sin(at / 2) * 140, height / 2, 70, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = "#140a16";
  pen.beginPath();
  pen.arc(width / 2 + Math.sin(at / 2) * 140 + 30, height / 2 - 14, 62, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = "#faf4f8";
  pen.font = "20px sans-serif";
  pen.fillText(`Test card, ${new Date().toLocaleTimeString()}`, 20, height - 20);
}
