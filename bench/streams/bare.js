// @ts-nocheck
// One RTCPeerConnection and the least WHEP that works; the grant waits at /grant.
if (location.pathname === "/watch") {
  const grant = await (await fetch("/grant")).json();
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const media = new MediaStream();
  for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
  pc.ontrack = ({ track }) => media.addTrack(track);
  document.querySelector("video").srcObject = media;
  await pc.setLocalDescription();
  const answer = await fetch(grant.url, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${grant.token}` },
    body: pc.localDescription.sdp,
  });
  await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
}
