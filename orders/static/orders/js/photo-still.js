// A picture on its way to the server: a still of a running video, and the sending.
import { sendFile } from '../../core/js/api.js';

const WIDEST = 1280;

/** @param {Element | null} video @returns {Promise<Blob | null>} null while it shows nothing */
export async function stillOf(video) {
  if (!(video instanceof HTMLVideoElement) || video.readyState < video.HAVE_CURRENT_DATA)
    return null;
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  // as the other side sees it: only one's own view of it is mirrored
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
}

/** @param {string} form code @param {Blob} picture @returns {Promise<{photo: string, url: string}>} */
export async function keepPhoto(form, picture) {
  const body = new FormData();
  body.append('photo', picture, 'photo.jpg');
  return await sendFile(`/api/v1/forms/${form}/photos/?side=merchant`, body);
}
