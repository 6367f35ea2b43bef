/**
 * How loud the microphone is, from nothing to one, as often as the screen is drawn.
 */

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} show
 * @returns {() => void} stops
 */
export function watchLevel(track, show) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  let frame = 0;
  const look = () => {
    analyser.getByteTimeDomainData(wave);
    let sum = 0;
    for (const value of wave) sum += ((value - 128) / 128) ** 2;
    show(Math.min(1, Math.sqrt(sum / wave.length) * 4));
    frame = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    context.close();
  };
}
