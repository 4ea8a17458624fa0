// @ts-nocheck
// One RTCPeerConnection and the least signaling that works.
const caller = new URLSearchParams(location.search).get("role") === "caller";
const socket = new WebSocket(`ws://${location.host}/socket`);
const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
document.getElementById("self").srcObject = media;
const say = (message) => socket.send(JSON.stringify(message));
let pc;
const build = () => {
  pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  for (const track of media.getTracks()) pc.addTrack(track, media);
  pc.onicecandidate = ({ candidate }) => candidate && say({ candidate });
  pc.ontrack = ({ streams }) => (document.getElementById("remote").srcObject = streams[0]);
};
const early = [];
const settle = async () => { for (const each of early.splice(0)) await pc.addIceCandidate(each); };
let turn = Promise.resolve();
socket.onmessage = ({ data }) => (turn = turn.then(async () => {
  const { description, candidate } = JSON.parse(data);
  if (candidate) return pc?.remoteDescription ? pc.addIceCandidate(candidate) : early.push(candidate);
  if (!pc) build();
  await pc.setRemoteDescription(description);
  await settle();
  if (description.type === "offer") { await pc.setLocalDescription(); say({ description: pc.localDescription }); }
}));
document.getElementById("start").onclick = async () => {
  build();
  await pc.setLocalDescription();
  say({ description: pc.localDescription });
};
document.body.dataset.ready = caller ? "caller" : "callee";
