"""A bare two-page WebRTC demo: a lobby or a desk, then a room. A call without a product."""

LOBBY = """<!doctype html><title>Lobby</title>
<video id="own" autoplay muted playsinline></video>
<button id="call-now">Call</button>
<script type="module">
const number = location.pathname.split('/').pop();
const own = document.querySelector('#own');
own.srcObject = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
document.querySelector('#call-now').onclick = async () => {
  const answer = await fetch(`/ring/${number}?call=${number}`);
  await answer.json();
  location.assign(`/room/customer/${number}`);
};
</script>"""

DESK = """<!doctype html><title>Desk</title>
<button id="answer" hidden>Answer</button>
<script type="module">
const number = location.pathname.split('/').pop();
const button = document.querySelector('#answer');
const socket = new WebSocket(`ws://${location.host}/desk/${number}`);
socket.onopen = () => { document.title = 'Online'; };
socket.onmessage = () => { button.hidden = false; };
button.onclick = () => location.assign(`/room/merchant/${number}`);
</script>"""

ROOM = """<!doctype html><title>Room</title>
<video id="remote-video" autoplay playsinline></video>
<video id="own" autoplay muted playsinline></video>
<script type="module">
const [role, number] = location.pathname.split('/').slice(-2);
const offers = role === 'merchant';
const peer = new RTCPeerConnection();
const socket = new WebSocket(`ws://${location.host}/group/${number}`);
const say = (data) => socket.send(JSON.stringify({ role, ...data }));
const opened = new Promise((done) => { socket.onopen = done; });
const remote = document.querySelector('#remote-video');
peer.ontrack = ({ streams }) => { remote.srcObject = streams[0]; };
peer.onicecandidate = ({ candidate }) => say({ candidate });
let met = false;
const early = [];
const offer = async () => {
  await peer.setLocalDescription();
  say({ description: peer.localDescription });
};
const take = async ({ hello, description, candidate }) => {
  if (hello && !met) {
    met = true;
    say({ hello });
    if (offers) await offer();
  } else if (description) {
    await peer.setRemoteDescription(description);
    if (!offers) await offer();
    for (const late of early.splice(0)) await peer.addIceCandidate(late);
  } else if (candidate) {
    if (peer.remoteDescription) await peer.addIceCandidate(candidate);
    else early.push(candidate);
  }
};
const media = await Promise.all([
  navigator.mediaDevices.getUserMedia({ audio: true, video: true }), opened,
]);
document.querySelector('#own').srcObject = media[0];
for (const track of media[0].getTracks()) peer.addTrack(track, media[0]);
let order = Promise.resolve();
socket.onmessage = ({ data }) => {
  const frame = JSON.parse(data);
  if (frame.role !== role) order = order.then(() => take(frame));
};
say({ hello: true });
</script>"""
