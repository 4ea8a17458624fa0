// @ts-check
/** Beats while the page sleeps: timers of a hidden page are slowed, those of a worker are not. */
let timer = 0;
self.addEventListener("message", (event) => {
  clearInterval(timer);
  if (event.data > 0) timer = Number(setInterval(() => self.postMessage(Date.now()), event.data));
});
